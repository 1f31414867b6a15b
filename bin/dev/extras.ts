import path from "node:path";
import { Watch } from "../../console/watch";
import type { LocalStack, LocalStackOptions } from "../../local";
import { nameSources } from "../load-error";

/** What `dev` serves beside the stack. */
export interface Extra {
  /** Lines for the list of addresses: `Console     http://localhost:3003/`. */
  readonly lines: readonly string[];
  /** Called before the stack ends or is replaced. */
  close(): Promise<void> | void;
}

/** Something beside the stack, which may hear what passes from the stack's start on. */
export interface StartExtra extends Pick<LocalStackOptions, "onTraffic" | "onPost" | "log"> {
  /** Called with each stack that has started, also with one that replaces another. @param port a free one */
  start(stack: LocalStack, port: number): Promise<Extra> | Extra;
}

/** The place to add something. */
export function createExtras(app: string): readonly StartExtra[] {
  return [createConsole(app)];
}

/** The console in the browser. It outlives a stack that is replaced, as its pages do; the process ends it. */
function createConsole(app: string): StartExtra {
  const watch = new Watch((text) => nameSources(text, app));
  return {
    ...{ onTraffic: watch.onTraffic, onPost: watch.onPost },
    log: (line) => watch.log(line),
    start: async (stack, port) => {
      const { url } = await watch.start(stack, path.basename(app), port);
      return { lines: [`Console     ${url}`], close: () => undefined };
    },
  };
}
