import { isObject } from "../json";
import { describe } from "./describe-error";
import type { Engine } from "./engine";
import type { ContainerMessage, FunctionError, Invocation, InvocationResult } from "./protocol";

/** What a container reports to its pool. */
export interface ContainerEvents {
  readonly onLine: (stream: "stdout" | "stderr", text: string) => void;
  readonly onCodeCache: (cache: Uint8Array) => void;
  /** The container ended, by itself or not. */
  readonly onEnd: () => void;
}

/** One execution environment of a function, which runs one invocation at a time. */
export class Container {
  /** Keys (connections, message groups) that this container has served. */
  readonly served = new Set<string>();
  /** Resolves with the time loading took, or with why it failed. */
  readonly loaded: Promise<FunctionError | undefined>;
  readonly #engine: Engine;
  #events: ContainerEvents;
  #settleLoaded: (error: FunctionError | undefined) => void = () => undefined;
  #settleResult: ((result: InvocationResult) => void) | undefined;
  #crash: FunctionError | undefined;
  #ended = false;

  constructor(engine: Engine, events: ContainerEvents) {
    this.#events = events;
    this.loaded = new Promise((resolve) => {
      this.#settleLoaded = resolve;
    });
    this.#engine = engine;
    engine.onMessage((message) => this.#hear(message));
    engine.onError((error) => {
      this.#crash ??= isOutOfMemory(error) ? exitError("signal: killed") : describe(error);
    });
    engine.onExit((code) => this.#end(code));
  }

  /** Whether its thread or process has ended. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Runs one invocation. Never rejects: whatever goes wrong is a function error. */
  async invoke(
    invocation: Omit<Invocation, "deadline">,
    timeoutMs: number,
  ): Promise<InvocationResult> {
    const failed = await this.loaded;
    if (failed) return { ok: false, error: failed };
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        this.#crash = {
          errorType: "Sandbox.Timedout",
          errorMessage: `RequestId: ${invocation.requestId} Error: Task timed out after ${seconds} seconds`,
          trace: [],
        };
        void this.terminate();
      }, timeoutMs);
      this.#settleResult = (result) => {
        clearTimeout(timer);
        this.#settleResult = undefined;
        resolve(result);
      };
      if (this.#ended) return this.#end(1);
      this.#engine.invoke({ ...invocation, deadline: Date.now() + timeoutMs });
    });
  }

  /** Ends it, whatever it is doing. */
  async terminate(): Promise<void> {
    await this.#engine.terminate();
  }

  #hear(message: ContainerMessage): void {
    switch (message.type) {
      case "loaded":
        return this.#settleLoaded(undefined);
      case "cache":
        return this.#events.onCodeCache(message.codeCache);
      case "result":
        return this.#settleResult?.(bounded(message.result));
      case "crash":
        this.#crash = message.error;
        return;
      case "line":
        return this.#events.onLine(message.stream, message.text);
    }
  }

  #end(code: number): void {
    const error = this.#crash ?? exitError(`exit status ${code}`);
    this.#settleLoaded(error);
    this.#settleResult?.({ ok: false, error });
    if (this.#ended) return;
    this.#ended = true;
    this.#events.onEnd();
  }
}

/** Largest response of an invocation: 6 MB. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE_BYTES = 6_291_556;

function bounded(result: InvocationResult): InvocationResult {
  if (!result.ok || Buffer.byteLength(result.payload) <= MAX_RESPONSE_BYTES) return result;
  return {
    ok: false,
    error: {
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
      trace: [],
    },
  };
}

function isOutOfMemory(error: unknown): boolean {
  return isObject(error) && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function exitError(how: string): FunctionError {
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `Error: Runtime exited with error: ${how}`,
    trace: [],
  };
}
