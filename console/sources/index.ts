export { localSource } from "./local-source";
