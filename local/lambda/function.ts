import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json } from "../json";
import type { Faults, Limits, LogLine } from "../options";
import type { FunctionModel } from "../template/model";
import { CodeCache } from "./code-caches";
import type { Concurrency } from "./concurrency";
import { Container } from "./container";
import { functionEnvironment, type StackEnvironment } from "./environment";
import { ContainerPool } from "./pool";
import type { ContainerData, InvocationResult } from "./protocol";

/** Type of the error that refuses an invocation which would be one too many at a time. */
const throttledType = "TooManyRequestsException";

/** Whether Lambda has refused an invocation, without running the function. */
export function isThrottled(result: InvocationResult): boolean {
  return !result.ok && result.error.errorType === throttledType;
}

/** Settings shared by the functions of a stack. */
export interface FunctionOptions {
  readonly limits: Limits;
  readonly concurrency: Concurrency;
  readonly freshContainers: boolean;
  /** Known once the stack listens. */
  readonly environment: () => StackEnvironment;
  /** After how long a container dies in the middle of an invocation, if it does. */
  readonly kill?: Faults["kill"];
  /** By which its calls are known. */
  readonly sessionToken: (model: FunctionModel) => string;
  readonly log: (line: LogLine) => void;
}

/** How a function is invoked. */
export interface Call {
  /** Whom the invocation serves; see {@link ContainerPool}. @default - nothing that could come again */
  readonly keys?: readonly string[];
  /** Called once there is a container, or none can be had. */
  readonly onStart?: () => void;
  /** @default - a new one */
  readonly requestId?: string;
  /** Whether it comes out of Lambda's own queue. @default false */
  readonly isAsynchronous?: boolean;
}

/** One Lambda function that can be invoked. */
export class LambdaFunction {
  #model: FunctionModel;
  readonly #options: FunctionOptions;
  readonly #pool: ContainerPool;
  #codeCache: CodeCache | undefined;
  #invocations = 0;
  #errors = 0;
  #throttles = 0;
  #running = 0;

  constructor(model: FunctionModel, options: FunctionOptions) {
    this.#model = model;
    this.#options = options;
    const { limits, freshContainers } = options;
    this.#pool = new ContainerPool({
      ...limits,
      fresh: freshContainers,
      start: (onEnd) => this.#startContainer(onEnd),
      onLoadFailure: ({ errorType, errorMessage }) =>
        this.#print("stderr", `Cannot load the function: ${errorType}: ${errorMessage}`),
    });
  }

  get model(): FunctionModel {
    return this.#model;
  }

  /** Replaces its code and settings. What runs ends as it began. */
  deploy(model: FunctionModel): void {
    this.#model = model;
    this.#codeCache = undefined;
    this.#pool.renew();
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
    const { timeoutMs } = this.model;
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

  #startContainer(onEnd: () => void): Container {
    const { model } = this;
    const inline = "inline" in model.code ? model.code.inline : undefined;
    const directory = "directory" in model.code ? model.code.directory : "/var/task";
    const { file, exportName } = locateHandler(model, directory, inline !== undefined);
    if (inline === undefined) this.#codeCache ??= new CodeCache(file);
    const codeCache = this.#codeCache;
    const environment = functionEnvironment(
      model,
      directory,
      this.#options.environment(),
      this.#options.sessionToken(model),
    );
    const data: Omit<ContainerData, "wakes"> = {
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
    return new Container(data, environment, {
      onLine: (stream, text) => this.#print(stream, text),
      onCodeCache: (cache) => codeCache?.offer(cache),
      onEnd,
    });
  }

  #print(stream: LogLine["stream"], text: string): void {
    this.#options.log({ function: this.model.logicalId, stream, text });
  }
}

/** `folder/file.export`, as in https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html */
function locateHandler(
  model: FunctionModel,
  directory: string,
  isInline: boolean,
): { file: string; exportName: string } {
  const dot = model.handler.lastIndexOf(".");
  const base = join(directory, model.handler.slice(0, dot));
  const candidates = [`${base}.js`, `${base}.cjs`];
  const file = isInline ? candidates[0] : candidates.find((candidate) => existsSync(candidate));
  if (dot < 1 || file === undefined) {
    throw new Error(
      `Cannot load ${model.logicalId}: expected ${candidates.join(" or ")}, got nothing (handler ${model.handler})`,
    );
  }
  return { file, exportName: model.handler.slice(dot + 1) };
}
