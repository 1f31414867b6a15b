import { jsonDeclaration } from "./json/declaration";
import type { Declaration } from "./protocol";
import { singleDeclaration, socketIoDeclaration } from "./socket-io/declaration";

/** The protocols of a stack, without their codecs; index.ts lists the same with them. */
export const DECLARATIONS: readonly Declaration[] = [
  socketIoDeclaration,
  singleDeclaration,
  jsonDeclaration,
];
