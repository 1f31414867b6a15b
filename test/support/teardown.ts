export { teardown as default } from "./synthesize";
