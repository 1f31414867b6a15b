import { readRecords } from "../../lib/application/record";
import type { FunctionError, LocalStack } from "../../local";
import { ClientHints } from "../client-hints";
import { clientLines } from "../client-line";
import type { Source } from "../describe-source";
import { findLoadError } from "../load-error";
import { writeNotePage } from "../note-page";
import { type StartOptions, usesFreshContainers } from "../options";
import { page } from "../page";
import { urlOf } from "./announce";
import { createExtras, type Extra, type StartExtra } from "./extras";
import type { DevLog } from "./log";
import type { Ports } from "./ports";
import type { Running, Version } from "./running";

/** The stack of `dev`, which may be replaced by another on the same ports. */
export class Session {
  /** Hears of each version, whose files have to go in the end. */
  onVersion: (version: Version) => void = () => undefined;
  #stack: LocalStack | undefined;
  #version: Version | undefined;
  #extras: Extra[] = [];
  readonly #beside: readonly StartExtra[];

  constructor(
    private readonly options: StartOptions,
    private ports: Ports,
    private readonly log: DevLog,
  ) {
    this.#beside = createExtras(options.app);
  }

  get stack(): LocalStack {
    if (this.#stack) return this.#stack;
    throw new Error("Cannot use the stack: it has not started, or has ended");
  }

  get version(): Version {
    return this.#version as Version;
  }

  get running(): Running {
    const { assembly, source, variables } = this.version;
    const [record] = readRecords(assembly);
    if (!record) throw new Error(`Cannot reload: expected an application in ${assembly}, got none`);
    return { stack: this.stack, assembly, record, ordering: source.ordering, variables };
  }

  /** Lines of addresses, of what is served beside the stack. */
  get further(): readonly string[] {
    return this.#extras.flatMap(({ lines }) => lines);
  }

  /** Starts the stack. @returns why its functions cannot load the application */
  async start(version: Version): Promise<FunctionError | undefined> {
    this.#version = version;
    this.onVersion(version);
    const { source, assembly, debugged = assembly } = version;
    const { host, concurrency, isDemo, containers, app, inspect } = this.options;
    const files: Record<string, string> = isDemo ? page() : {};
    const { startLocalStack } = await import("../../local/index.js");
    const hints = new ClientHints(() => clientLines(this.stack, source.path));
    const { stage, publish, http } = this.ports;
    const freshContainers = usesFreshContainers(containers, source.ordering);
    // What loads takes the time of what serves.
    const limits = { concurrency, spareContainers: 1 };
    this.#stack = await startLocalStack({
      ...{ assembly: debugged, port: stage, ...(host !== undefined && { host }), limits },
      functionUrlPort: (id) => (id.includes("FunctionsPublish") ? publish : http),
      files,
      log: (line) => {
        for (const one of this.#beside) one.log?.(line);
        this.log.print(line);
      },
      onTraffic: (traffic) => {
        for (const one of this.#beside) one.onTraffic?.(traffic);
      },
      isFirst: isHolder(source),
      ...(inspect && {
        inspectPort: (id: string) => (isHolder(source)(id) ? inspect.port : undefined),
      }),
      freshContainers,
      onRequest: (request) => sayHint(this.#stack && hints.about(request)),
      onPost: (post) => {
        sayHint(hints.aboutPost(post));
        for (const one of this.#beside) one.onPost?.(post);
      },
    });
    const error = await findLoadError(this.#stack);
    if (error) return error;
    this.#keepPorts(this.#stack);
    if (!isDemo && urlOf(this.#stack, "Http") === undefined) {
      files["/"] = writeNotePage(assembly, app, clientLines(this.#stack, source.path));
    }
    const { beside } = this.ports;
    for (const one of this.#beside) this.#extras.push(await one.start(this.#stack, beside));
    return undefined;
  }

  /** What is known of the running version without another start. */
  note(more: Partial<Version>): void {
    this.#version = { ...this.version, ...more };
    this.onVersion(this.#version);
  }

  async close(): Promise<void> {
    for (const extra of this.#extras.splice(0)) await extra.close();
    await this.#stack?.close();
    this.#stack = undefined;
  }

  /** A stack that replaces this one listens where it has listened, also where the machine has chosen. */
  #keepPorts(stack: LocalStack): void {
    const portOf = (name: string, chosen: number) => {
      const url = urlOf(stack, name);
      return url === undefined ? chosen : Number(new URL(url).port);
    };
    const publish = portOf("Publish", this.ports.publish);
    const http = portOf("Http", this.ports.http);
    this.ports = { ...this.ports, stage: stack.port, publish, http };
  }
}

function sayHint(hint: string | undefined): void {
  if (hint !== undefined) console.warn(hint);
}

/** Whether a function holds the application: with one lane there is one for that. */
function isHolder({ ordering }: Source) {
  const name = ordering === "application" ? "FunctionsApplication" : "FunctionsLane";
  return (logicalId: string) => logicalId.includes(name);
}
