import { AwsCalls, textsOf } from "../bin/aws/calls";
import { METRIC_NAMESPACE } from "../src/metric-names";
import { AwsControl, type StackResource } from "./aws-control";
import { type Range, sumOf, wholeMinute } from "./aws-metrics";
import { Cdk } from "./cdk";
import { poll } from "./clients";
import { RESOURCES, type ResourceName, STACK_NAME } from "./names";
import type { Deployment, LogLine, Platform, Settings } from "./platform";

const CLOUDFORMATION = ["cloudformation", "2010-05-15"] as const;

/**
 * A stack in an account of AWS. Untried: no account was at hand when it was written. Everything that talks to a control
 * plane is in the files `aws*.ts` and `cdk.ts`; requests are made as AWS's API references describe them.
 */
export class AwsPlatform implements Platform {
  readonly name = "aws";
  readonly idleMs = 600_000;
  /** CloudWatch shows log lines after seconds, metrics after up to three minutes. */
  readonly telemetryMs = 180_000;
  readonly control: AwsControl;
  readonly #calls = new AwsCalls();
  readonly #cdk: Cdk;
  /** Before the first deployment. */
  #logRole: Promise<string | undefined> | undefined;
  #deployment: Deployment | undefined;
  #outputs: Record<string, string> = {};
  #stackId: string | undefined;

  constructor(signal: AbortSignal) {
    this.#cdk = new Cdk(signal);
    this.control = new AwsControl(this.#calls, {
      resource: (name) => this.#resource(name),
      resources: () => this.#resources(),
      prepare: async () => this.#cdk.prepare(await this.#context({})),
      output: (name) => this.#output(name),
    });
  }

  async deploy(settings: Settings): Promise<Deployment> {
    const start = Date.now();
    this.#outputs = await this.#cdk.deploy(await this.#context(settings));
    const { accessKeyId, secretAccessKey, sessionToken } = await this.#calls.keys();
    const environment = {
      ...process.env,
      AWS_REGION: await this.#calls.region(),
      ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
      ...(sessionToken ? { AWS_SESSION_TOKEN: sessionToken } : {}),
    };
    const queueOf = async (name: ResourceName) => (await this.#resource(name)).physicalId;
    this.#deployment = {
      endpoint: this.#output("Endpoint"),
      ...{ site: this.#output("Site"), httpUrl: this.#output("HttpUrl") },
      publisher: { ...environment, ROOMS_URL: this.#output("PublishUrl") },
      ...{ environment, sqs: this.#calls.sqs },
      // The physical id of a queue is its URL.
      queues: {
        lane: await queueOf("lane"),
        deadLetters: await queueOf("deadLetters"),
      },
      tookMs: Date.now() - start,
    };
    return this.#deployment;
  }

  /** Puts the account's role back even if the deletion fails: every API of the account uses it. */
  async destroy(): Promise<string[]> {
    const before = await this.#logRole;
    const api = await this.#resource("api").catch(() => undefined);
    try {
      await this.#cdk.destroy(await this.#context({}));
    } finally {
      if (before !== undefined) await this.control.setLogRole(before);
    }
    // API Gateway makes this group itself, so the stack does not delete it.
    if (api) await this.control.deleteExecutionLog(api.physicalId);
    return await this.#leftovers();
  }

  async findLogLines(text: string, since: number): Promise<LogLine[]> {
    const { physicalId } = await this.#resource("laneLog");
    const request = { logGroupName: physicalId, startTime: since, filterPattern: `"${text}"` };
    const target = "Logs_20140328.FilterLogEvents";
    const { events = [] } = await this.#calls.json<{
      events?: { timestamp: number; message: string }[];
    }>("logs", target, request);
    return events
      .map(({ timestamp, message }) => ({ at: timestamp, text: message }))
      .sort((a, b) => a.at - b.at);
  }

  async countInvocations(during: () => Promise<void>, marker: () => Promise<void>) {
    const { physicalId } = await this.#resource("laneFunction");
    const invocations = (range: Range) =>
      sumOf(this.#calls, "AWS/Lambda", "Invocations", { FunctionName: physicalId }, range);
    const quiet = await wholeMinute(during);
    const marked = await wholeMinute(marker);
    // Once the later minute has a value, the earlier one is complete.
    const isComplete = async () => ((await invocations(marked)) > 0 ? true : undefined);
    await poll("metrics of Lambda", isComplete, { limitMs: 2 * this.telemetryMs, stepMs: 10_000 });
    return await invocations(quiet);
  }

  watchMetric(name: string): () => Promise<number> {
    // CloudWatch adds whole minutes up.
    const from = Math.floor(Date.now() / 60_000) * 60_000;
    const dimensions = { Rooms: `${STACK_NAME}/Rooms` };
    return () =>
      sumOf(this.#calls, METRIC_NAMESPACE, name, dimensions, { from, to: Date.now() + 60_000 });
  }

  /** A function that may not run at all: its schedule then finds nothing to run. */
  async pauseHeartbeat(): Promise<void> {
    const { physicalId } = await this.#resource("heartbeatFunction");
    const path = `/2017-10-31/functions/${physicalId}/concurrency`;
    await this.#calls.rest("lambda", "PUT", path, { ReservedConcurrentExecutions: 0 });
  }

  async withThrottle<T>(perSecond: number, use: (endpoint: string) => Promise<T>): Promise<T> {
    await this.control.setThrottle(perSecond, perSecond);
    try {
      return await use(this.#output("Endpoint"));
    } finally {
      await this.control.setThrottle(2000, 1000);
    }
  }

  /** The limit is fixed. */
  async withIdleLimit<T>(use: (endpoint: string) => Promise<T>): Promise<T> {
    return await use(this.#output("Endpoint"));
  }

  /** The visibility timeout of 60 s is short enough. */
  async withDeaths<T>(use: (deployment: Deployment) => Promise<T>): Promise<T> {
    if (this.#deployment === undefined) throw new Error("Expected a deployment, got none");
    return await use(this.#deployment);
  }

  /** The difference to what is deployed; rejects within seconds where no account can be reached. */
  async describeDifference(): Promise<string> {
    const { account, region } = await this.control.identify();
    return `Compared with account ${account}, ${region}:\n${await this.#cdk.diff()}`;
  }

  /** A role that the account has is kept; without one, the stack sets it. */
  async #context({ logLevel = "INFO", tracing = false }: Settings) {
    this.#logRole ??= this.control.logRole();
    const accountLogRole = String((await this.#logRole) === undefined);
    return { logLevel, tracing: String(tracing), accountLogRole };
  }

  #output(name: string): string {
    const value = this.#outputs[name];
    if (value !== undefined) return value;
    throw new Error(`Expected the stack's output ${name}, got nothing`);
  }

  async #resource(name: ResourceName): Promise<StackResource> {
    const [id, type] = RESOURCES[name];
    const all = await this.#resources();
    const found = all.find((one) => id.test(one.logicalId) && type === one.type);
    if (found) return found;
    throw new Error(`Expected ${type} like ${id} in the stack, got ${all.length} others`);
  }

  async #resources(stack = STACK_NAME): Promise<StackResource[]> {
    const found: StackResource[] = [];
    let next: string | undefined;
    do {
      const page = { StackName: stack, ...(next ? { NextToken: next } : {}) };
      const xml = await this.#calls.query(...CLOUDFORMATION, "ListStackResources", page);
      found.push(...xml.split("<member>").slice(1).map(readResource));
      [next] = textsOf(xml, "NextToken");
    } while (next);
    if (stack === STACK_NAME) await this.#noteStackId();
    return found;
  }

  /** A deleted stack is found by its id alone. */
  async #noteStackId(): Promise<void> {
    if (this.#stackId !== undefined) return;
    const stack = { StackName: STACK_NAME };
    const xml = await this.#calls.query(...CLOUDFORMATION, "DescribeStacks", stack);
    [this.#stackId] = textsOf(xml, "StackId");
  }

  async #leftovers(): Promise<string[]> {
    if (this.#stackId === undefined) return [];
    return (await this.#resources(this.#stackId))
      .filter(({ status }) => status !== "DELETE_COMPLETE")
      .map(({ logicalId, type, physicalId }) => `${logicalId} (${type} ${physicalId})`);
  }
}

function readResource(xml: string): StackResource {
  const [logicalId = ""] = textsOf(xml, "LogicalResourceId");
  const [physicalId = ""] = textsOf(xml, "PhysicalResourceId");
  const [type = ""] = textsOf(xml, "ResourceType");
  const [status = ""] = textsOf(xml, "ResourceStatus");
  return { logicalId, physicalId, type, status };
}
