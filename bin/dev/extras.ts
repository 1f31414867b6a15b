import type { LocalStack } from "../../local";

/** What `dev` serves beside the stack. */
export interface Extra {
  /** Lines for the list of addresses: `Console     http://localhost:3003/`. */
  readonly lines: readonly string[];
  /** Called before the stack ends or is replaced. */
  close(): Promise<void> | void;
}

/** Called with each stack that has started, also with one that replaces another. */
export type StartExtra = (stack: LocalStack) => Promise<Extra> | Extra;

/** The place to add something, such as a console in the browser. */
export const extras: readonly StartExtra[] = [];
