import { Worker } from "node:worker_threads";
import { isObject } from "../json";
import { compileBootstrap } from "./compile-bootstrap";
import { describe } from "./describe-error";
import { createWakes, wake } from "./freeze";
import type {
  ContainerData,
  ContainerMessage,
  FunctionError,
  Invocation,
  InvocationResult,
} from "./protocol";

/** What a container reports to its pool. */
export interface ContainerEvents {
  readonly onLine: (stream: "stdout" | "stderr", text: string) => void;
  readonly onCodeCache: (cache: Uint8Array) => void;
  /** The container ended, by itself or not. */
  readonly onEnd: () => void;
}

/**
 * One execution environment of a function: a worker thread that runs one invocation at a time, and is frozen in
 * between.
 */
export class Container {
  /** Keys (connections, message groups) that this container has served. */
  readonly served = new Set<string>();
  /** Resolves with the time loading took, or with why it failed. */
  readonly loaded: Promise<FunctionError | undefined>;
  #worker: Worker;
  #events: ContainerEvents;
  #settleLoaded: (error: FunctionError | undefined) => void = () => undefined;
  #settleResult: ((result: InvocationResult) => void) | undefined;
  #crash: FunctionError | undefined;
  #ended = false;
  readonly #wakes = createWakes();

  constructor(
    data: Omit<ContainerData, "wakes">,
    environment: Record<string, string>,
    events: ContainerEvents,
  ) {
    this.#events = events;
    this.loaded = new Promise((resolve) => {
      this.#settleLoaded = resolve;
    });
    this.#worker = new Worker(compileBootstrap(), {
      eval: true,
      workerData: { ...data, wakes: this.#wakes } satisfies ContainerData,
      // Only the function's own variables: what the developer's shell holds does not exist in Lambda.
      env: environment,
      // The host may run under a TypeScript loader, which would slow every container down.
      execArgv: [],
      // Lambda ends a process that needs more than its memory. What a thread keeps outside its heap is not counted here.
      resourceLimits: { maxOldGenerationSizeMb: data.memoryMb },
      stdin: false,
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (message: ContainerMessage) => this.#hear(message));
    this.#worker.on("error", (error) => {
      this.#crash ??= isOutOfMemory(error) ? exitError("signal: killed") : describe(error);
    });
    this.#worker.on("exit", (code) => this.#end(code));
  }

  /** Whether its thread has ended. */
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
      this.#worker.postMessage({ ...invocation, deadline: Date.now() + timeoutMs });
      wake(this.#wakes);
    });
  }

  /** Ends the thread, whatever it is doing. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
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
