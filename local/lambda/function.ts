import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import type { Json } from "../json";
import type { LogLine } from "../options";
import type { FunctionModel } from "../template/model";
import { CodeCache } from "./code-caches";
import { Container } from "./container";
import type { EngineData } from "./engine";
import { functionEnvironment } from "./environment";
import type { Call, FunctionOptions } from "./function-options";
import { locateHandler } from "./locate-handler";
import { ContainerPool } from "./pool";
import { processWithDebugger } from "./process-engine";
import type { FunctionError, InvocationResult } from "./protocol";
import { startThread } from "./thread-engine";

/** Type of the error that refuses an invocation which would be one too many at a time. */
const throttledType = "TooManyRequestsException";

/** Whether Lambda has refused an invocation, without running the function. */
export function isThrottled(result: InvocationResult): boolean {
  return !result.ok && result.error.errorType === throttledType;
}

/** A day. */
const LONGEST_LOOK_MS = 86_400_000;

/** One Lambda function that can be invoked. */
export class LambdaFunction {
  #model: FunctionModel;
  readonly #options: FunctionOptions;
  readonly #pool: ContainerPool;
  readonly #inspectPort: number | undefined;
  #codeCache: CodeCache | undefined;
  #earlierCache: CodeCache | undefined;
  #invocations = 0;
  #errors = 0;
  #throttles = 0;
  #running = 0;

  constructor(model: FunctionModel, options: FunctionOptions) {
    this.#model = model;
    this.#options = options;
    const { limits, freshContainers } = options;
    this.#inspectPort = options.inspectPort(model.logicalId);
    const isInspected = this.#inspectPort !== undefined;
    this.#pool = new ContainerPool({
      ...limits,
      // A debugger has one process, and it stays.
      ...(isInspected && { containers: 1, spareContainers: 1 }),
      fresh: freshContainers && !isInspected,
      start: (onEnd) => this.#startContainer(onEnd),
      onLoadFailure: ({ errorType, errorMessage }) =>
        this.#print("stderr", `Cannot load the function: ${errorType}: ${errorMessage}`),
    });
  }

  get model(): FunctionModel {
    return this.#model;
  }

  /** Replaces its code and settings. What runs ends as it began. */
  deploy(model: FunctionModel, first?: Container): void {
    this.#model = model;
    this.#earlierCache = this.#codeCache;
    this.#codeCache = undefined;
    this.#pool.renew(first);
  }

  /**
   * Deploys once a container of the new version has loaded and handled an event, and serves the next one with it.
   *
   * @returns why not: then all is as it was
   */
  async deployIfGood(model: FunctionModel, event: Json): Promise<FunctionError | undefined> {
    const container = this.#pool.startApart((onEnd) => this.#startContainer(onEnd, model, true));
    const invocation = { requestId: randomUUID(), event: JSON.stringify(event) };
    const result = await container.invoke(invocation, model.timeoutMs);
    // A debugger's is a process.
    const isKept = result.ok && this.#inspectPort === undefined;
    if (result.ok) this.deploy(model, isKept ? container : undefined);
    if (!isKept) void container.terminate();
    return result.ok ? undefined : result.error;
  }

  /** Invocations and containers so far. */
  get statistics() {
    return {
      invocations: this.#invocations,
      errors: this.#errors,
      throttles: this.#throttles,
      containersStarted: this.#pool.started,
    };
  }

  /** Containers that live, by what they do. */
  get containers() {
    return this.#pool.counts;
  }

  /** Invocations that run or wait. */
  get running(): number {
    return this.#running;
  }

  /** Whether it runs under a debugger, which may hold it up. */
  get isInspected(): boolean {
    return this.#inspectPort !== undefined;
  }

  /** Invocations that wait for a container. */
  get waiting(): number {
    return this.#pool.waiting;
  }

  /** Loads spare containers in the background. */
  warm(): void {
    this.#pool.warm();
  }

  /** Resolves when a container has loaded; rejects with why the first one could not. */
  async ready(): Promise<void> {
    const error = await this.#pool.firstLoad;
    if (error === undefined) return;
    const message = `Cannot load ${this.model.name}: ${error.errorType}: ${error.errorMessage}`;
    throw new Error(message, { cause: error });
  }

  /** Invokes the function and waits. Never rejects: whatever goes wrong is a function error. */
  async invoke(event: Json, call: Call = {}): Promise<InvocationResult> {
    const end = this.#options.concurrency.begin(this.model, call.isAsynchronous);
    if (end === undefined) return this.#throttle();
    this.#running += 1;
    this.#invocations += 1;
    try {
      const result = await this.#run(JSON.stringify(event), call);
      if (!result.ok) this.#reportError(result.error.errorMessage, result.error.trace);
      return result;
    } finally {
      end();
      this.#running -= 1;
    }
  }

  /** Ends all containers. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #throttle(): InvocationResult {
    // Once: a metric counts them on AWS too, and no log has a line of them.
    if (this.#throttles++ === 0) {
      this.#print("stderr", "Lambda throttles this function: too many executions at a time");
    }
    return {
      ok: false,
      error: { errorType: throttledType, errorMessage: "Rate Exceeded.", trace: [] },
    };
  }

  async #run(
    event: string,
    { keys = [], onStart, requestId = randomUUID() }: Call,
  ): Promise<InvocationResult> {
    const lease = await this.#pool.acquire(keys);
    onStart?.();
    if (!lease.ok) return lease;
    const { timeoutMs: itsMs } = this.model;
    // A person who looks at a variable takes longer.
    const timeoutMs = this.#inspectPort === undefined ? itsMs : LONGEST_LOOK_MS;
    try {
      const killMs = this.#options.kill?.(this.model.logicalId);
      const killer =
        killMs === undefined
          ? undefined
          : setTimeout(() => void lease.container.terminate(), killMs);
      const result = await lease.container.invoke({ requestId, event }, timeoutMs);
      clearTimeout(killer);
      return result;
    } finally {
      this.#pool.release(lease.container);
    }
  }

  #reportError(message: string, trace: readonly string[]): void {
    this.#errors += 1;
    for (const line of trace.length > 0 ? trace : [message]) this.#print("stderr", line);
  }

  #startContainer(onEnd: () => void, model = this.#model, isTrial = false): Container {
    const inline = "inline" in model.code ? model.code.inline : undefined;
    const directory = "directory" in model.code ? model.code.directory : "/var/task";
    const { file, exportName } = locateHandler(model, directory, inline !== undefined);
    const codeCache = inline === undefined ? this.#codeCacheOf(model, file) : undefined;
    const environment = functionEnvironment(
      model,
      directory,
      this.#options.environment(),
      this.#options.sessionToken(model),
    );
    const data: EngineData = {
      file,
      temporary: tmpdir(),
      inline,
      exportName,
      codeCache: codeCache?.read(),
      functionName: model.name,
      functionArn: model.arn,
      memoryMb: model.memoryMb,
      logLevel: model.logLevel,
    };
    const port = isTrial ? undefined : this.#inspectPort;
    const start = port === undefined ? startThread : processWithDebugger(port);
    return new Container(start(data, environment), {
      onLine: (stream, text) => this.#print(stream, text),
      onCodeCache: (cache) => codeCache?.offer(cache),
      onEnd,
    });
  }

  /** One for each version. */
  #codeCacheOf(model: FunctionModel, file: string): CodeCache {
    if (model !== this.#model) return new CodeCache(file, this.#codeCache);
    this.#codeCache ??= new CodeCache(file, this.#earlierCache);
    return this.#codeCache;
  }

  #print(stream: LogLine["stream"], text: string): void {
    this.#options.log({ function: this.model.logicalId, stream, text });
  }
}
