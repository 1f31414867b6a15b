import { join } from "node:path";
import type { LocalStack, LogLine, Post, Traffic } from "../local";
import { type RunningConsole, startConsole } from "./server/server";
import type { ConsoleSource } from "./source";
import { shortName } from "./sources/names";
import { Problems } from "./sources/problems";
import { Recorder } from "./sources/recorder";

/** What is watched of a local stack from its start, and the console that shows it. */
export class Watch {
  readonly #recorder = new Recorder();
  readonly #problems: Problems;
  #running: RunningConsole | undefined;
  #source: () => ConsoleSource = () => {
    throw new Error("The stack starts: try again");
  };

  /** @param nameSources gives files of a bundle the names that they have on this machine */
  constructor(nameSources?: (text: string) => string) {
    this.#problems = new Problems(nameSources);
  }

  /** For the stack's option `onTraffic`. */
  readonly onTraffic = (traffic: Traffic): void => this.#recorder.hear(traffic);

  /** For the stack's option `onPost`. */
  readonly onPost = ({ connectionId, status, body }: Post): void =>
    this.#recorder.hear({
      ...{ type: "posted", connectionId, status },
      ...{ at: Date.now(), text: body.toString() },
    });

  /** For each line that the stack logs. */
  log({ function: name, text }: LogLine): void {
    const problem = this.#problems.read(shortName(name), text, Date.now());
    if (problem !== undefined) this.#recorder.note(problem);
  }

  /** @param port see `startConsole`. @param name of the application */
  async start(stack: LocalStack, name: string, port: number): Promise<RunningConsole> {
    const watched = { recorder: this.#recorder, problems: this.#problems, name };
    let made: ConsoleSource | undefined;
    this.#source = () => {
      made ??= loadSources().localSource(stack, watched);
      return made;
    };
    // Pages stay open when one stack replaces another, so the token and the port stay, too.
    this.#running ??= await startConsole(() => this.#source(), port);
    return this.#running;
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
