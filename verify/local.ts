import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import { type LocalStack, startLocalStack, type Timings } from "../local";
import { METRIC_NAMESPACE } from "../src/metric-names";
import { STACK_NAME } from "./names";
import type { Deployment, LogLine, Platform, Settings } from "./platform";
import { synthesize } from "./synthesize";

/** The local stack's clocks: what AWS counts in minutes, it counts in seconds. */
const SHORT_IDLE = { idleMs: 20_000, idleCheckMs: 250 };
/** Where a container dies, its event comes back after that and not after a minute. */
const SHORT_VISIBILITY = { maximumVisibilityMs: 2000 };

/** The platform of `--local`. It has no control plane: what needs one is not tried. */
export class LocalPlatform implements Platform {
  readonly name = "local";
  readonly idleMs = SHORT_IDLE.idleMs;
  readonly telemetryMs = 1000;
  readonly #directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-verify-"));
  readonly #lines: (LogLine & { readonly function: string })[] = [];
  #stack: LocalStack | undefined;
  #deployment: Deployment | undefined;
  #deploying: Promise<Deployment> | undefined;
  #assemblies = 0;

  deploy(settings: Settings): Promise<Deployment> {
    this.#deploying = this.#deploy(settings);
    return this.#deploying;
  }

  async #deploy(settings: Settings): Promise<Deployment> {
    const start = Date.now();
    const assembly = path.join(this.#directory, String(this.#assemblies++));
    const { logLevel = "INFO", tracing = false } = settings;
    await synthesize(assembly, {
      ...{ logLevel, tracing: String(tracing) },
      "lambda-rooms:local": true,
    });
    if (this.#stack && this.#deployment) {
      this.#stack.deploy(assembly);
      return this.#deployment;
    }
    this.#stack = await this.#start(assembly);
    this.#deployment = describe(this.#stack, Date.now() - start);
    return this.#deployment;
  }

  async destroy(): Promise<string[]> {
    // An interrupted deployment would otherwise start what nothing closes.
    await this.#deploying?.catch(() => {});
    this.#deployment?.sqs.destroy();
    await this.#stack?.close();
    rmSync(this.#directory, { recursive: true, force: true });
    return [];
  }

  async findLogLines(text: string, since: number): Promise<LogLine[]> {
    return this.#lines.filter((line) => line.at >= since && line.text.includes(text));
  }

  async countInvocations(during: () => Promise<void>): Promise<number> {
    await this.#running.idle();
    const count = () => {
      const { functions } = this.#running.statistics();
      const [, lane] = entry(functions, /FunctionsLane/);
      return lane.invocations;
    };
    const before = count();
    await during();
    await this.#running.idle();
    return count() - before;
  }

  watchMetric(name: string): () => Promise<number> {
    const sum = () => this.#running.statistics().metrics[`${METRIC_NAMESPACE}/${name}`]?.sum ?? 0;
    const before = sum();
    return async () => sum() - before;
  }

  /** The schedule is due each 8 minutes, and idle connections end long before. */
  async pauseHeartbeat(): Promise<void> {}

  async withThrottle<T>(perSecond: number, use: (endpoint: string) => Promise<T>): Promise<T> {
    const assembly = path.join(this.#directory, "throttled");
    cpSync(path.join(this.#directory, "0"), assembly, { recursive: true });
    setThrottle(path.join(assembly, `${STACK_NAME}.template.json`), perSecond);
    const stack = await this.#start(assembly);
    return await use(stack.webSocketUrl).finally(() => stack.close());
  }

  async withIdleLimit<T>(use: (endpoint: string) => Promise<T>): Promise<T> {
    const stack = await this.#start(path.join(this.#directory, "0"), SHORT_IDLE);
    return await use(stack.webSocketUrl).finally(() => stack.close());
  }

  async withDeaths<T>(use: (deployment: Deployment) => Promise<T>): Promise<T> {
    const stack = await this.#start(path.join(this.#directory, "0"), SHORT_VISIBILITY);
    return await use(describe(stack, 0)).finally(() => stack.close());
  }

  async #start(assembly: string, timings: Partial<Timings> = {}): Promise<LocalStack> {
    const stack = await startLocalStack({
      ...{ assembly, port: 0, timings },
      // As on Lambda: a container serves who comes.
      freshContainers: false,
      log: ({ function: name, text }) => this.#lines.push({ at: Date.now(), function: name, text }),
    });
    await stack.ready();
    return stack;
  }

  get #running(): LocalStack {
    if (this.#stack === undefined) throw new Error("Expected a running local stack, got none");
    return this.#stack;
  }
}

function describe(stack: LocalStack, tookMs: number): Deployment {
  const { environment, queueUrls, functionUrls } = stack;
  const [, ROOMS_URL] = entry(functionUrls, /FunctionsPublish/);
  const [, httpUrl] = entry(functionUrls, /FunctionsHttp/);
  const queueOf = (id: RegExp) => entry(queueUrls, id)[1];
  return {
    endpoint: stack.webSocketUrl,
    ...{ site: stack.siteUrl ?? "", httpUrl },
    publisher: { ...environment, ROOMS_URL },
    environment: { ...process.env, ...environment },
    sqs: new SQSClient({
      region: environment.AWS_REGION ?? "",
      endpoint: stack.sqsUrl,
      credentials: stack.credentials,
    }),
    queues: { lane: queueOf(/LanesQueue/), deadLetters: queueOf(/LanesDeadLetters/) },
    tookMs,
  };
}

/** The entry whose logical id fits. */
function entry<T>(record: Readonly<Record<string, T>>, id: RegExp): [string, T] {
  const found = Object.entries(record).find(([name]) => id.test(name));
  if (found) return found;
  throw new Error(`Expected a resource like ${id}, got ${Object.keys(record).join(", ")}`);
}

/** As the construct's property `throttle` would. */
function setThrottle(file: string, perSecond: number): void {
  const template = JSON.parse(readFileSync(file, "utf8"));
  for (const { Type, Properties } of Object.values<{ Type: string; Properties: object }>(
    template.Resources,
  )) {
    if (Type !== "AWS::ApiGatewayV2::Stage") continue;
    const rates = { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: perSecond };
    Object.assign(Properties, { DefaultRouteSettings: rates });
  }
  writeFileSync(file, JSON.stringify(template));
}
