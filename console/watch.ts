import { join } from "node:path";
import type { LocalStack, LogLine, Traffic } from "../local";
import { type RunningConsole, startConsole } from "./server/server";
import { shortName } from "./sources/names";
import { Problems } from "./sources/problems";
import { Recorder } from "./sources/recorder";

/** What is watched of a local stack from its start, and the console that shows it. */
export class Watch {
  readonly #recorder = new Recorder();
  readonly #problems: Problems;

  /** @param nameSources gives files of a bundle the names that they have on this machine */
  constructor(nameSources?: (text: string) => string) {
    this.#problems = new Problems(nameSources);
  }

  /** For the stack's option `onTraffic`. */
  readonly onTraffic = (traffic: Traffic): void => this.#recorder.hear(traffic);

  /** For each line that the stack logs. */
  log({ function: name, text }: LogLine): void {
    const problem = this.#problems.read(shortName(name), text, Date.now());
    if (problem !== undefined) this.#recorder.note(problem);
  }

  /** @param port see `startConsole`. @param name of the application */
  start(stack: LocalStack, name: string, port: number): Promise<RunningConsole> {
    const watched = { recorder: this.#recorder, problems: this.#problems, name };
    return startConsole(() => loadSources().localSource(stack, watched), port);
  }
}

/** Loaded when a page asks first: the AWS SDK takes a quarter of a second. The package has them with the SDK inside. */
export function loadSources(): typeof import("./sources") {
  // The SDK announces the end of its support for Node 20.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  return typeof LAMBDA_ROOMS_PACKAGE === "undefined"
    ? require("./sources")
    : require(join(__dirname, "console-sources.js"));
}
