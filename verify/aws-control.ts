import { type AwsCalls, textsOf } from "../bin/aws/calls";
import type { RoomsEnvironment } from "../emitter";
import { sumOf, wholeMinute } from "./aws-metrics";
import { poll } from "./clients";
import type { ResourceName } from "./names";
import type { Control } from "./platform";

/** A resource of the stack, as CloudFormation lists it. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** Metrics of API Gateway and traces arrive within minutes. */
const ARRIVAL = { limitMs: 360_000, stepMs: 10_000 };

/** What the control plane asks of the stack. */
interface StackAccess {
  resource(name: ResourceName): Promise<StackResource>;
  resources(): Promise<StackResource[]>;
  prepare(): Promise<void>;
  output(name: string): string;
}

/** The account, and the services that only AWS has. Untried on AWS. */
export class AwsControl implements Control {
  constructor(
    private readonly calls: AwsCalls,
    private readonly stack: StackAccess,
  ) {}

  async identify() {
    const xml = await this.calls.query("sts", "2011-06-15", "GetCallerIdentity");
    return { account: textsOf(xml, "Account")[0] ?? "", region: await this.calls.region() };
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
  async concurrency() {
    const { AccountLimit } = await this.calls.rest<{
      AccountLimit: { ConcurrentExecutions: number; UnreservedConcurrentExecutions: number };
    }>("lambda", "GET", "/2016-08-19/account-settings/");
    const { ConcurrentExecutions: limit, UnreservedConcurrentExecutions: unreserved } =
      AccountLimit;
    return { limit, unreserved };
  }

  /** https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html */
  async logRole(): Promise<string | undefined> {
    const { cloudwatchRoleArn } = await this.calls.rest<{ cloudwatchRoleArn?: string }>(
      ...(["apigateway", "GET", "/account"] as const),
    );
    return cloudwatchRoleArn;
  }

  /** Puts a role back, if another has taken its place. */
  async setLogRole(arn: string): Promise<void> {
    if ((await this.logRole()) === arn) return;
    const operation = { op: "replace", path: "/cloudwatchRoleArn", value: arn };
    await this.calls.rest("apigateway", "PATCH", "/account", { patchOperations: [operation] });
  }

  prepareChangeSet(): Promise<void> {
    return this.stack.prepare();
  }

  async eventSourceStates(): Promise<string[]> {
    const all = await this.stack.resources();
    const ours = all.filter(({ type }) => type === "AWS::Lambda::EventSourceMapping");
    const states = ours.map(({ physicalId }) =>
      this.calls.rest<{ State: string }>(
        ...(["lambda", "GET", `/2015-03-31/event-source-mappings/${physicalId}`] as const),
      ),
    );
    return (await Promise.all(states)).map(({ State }) => State);
  }

  async gatewayMetrics(
    names: readonly string[],
    during: () => Promise<void>,
    marker: () => Promise<void>,
  ): Promise<Record<string, number>> {
    const { physicalId } = await this.#api();
    const dimensions = { ApiId: physicalId, Stage: "prod" };
    const sum = (name: string, range: Parameters<typeof sumOf>[4]) =>
      sumOf(this.calls, "AWS/ApiGateway", name, dimensions, range);
    const range = await wholeMinute(during);
    const marked = await wholeMinute(marker);
    const isComplete = async () => ((await sum("ConnectCount", marked)) > 0 ? true : undefined);
    await poll("metrics of API Gateway", isComplete, ARRIVAL);
    const sums = names.map(async (name) => [name, await sum(name, range)] as const);
    return Object.fromEntries(await Promise.all(sums));
  }

  async restrictedPublisher(): Promise<RoomsEnvironment> {
    const xml = await this.calls.query("sts", "2011-06-15", "AssumeRole", {
      RoleArn: this.stack.output("UrlCallerRole"),
      RoleSessionName: "verify",
    });
    const one = (element: string) => textsOf(xml, element)[0] ?? "";
    return {
      ROOMS_URL: this.stack.output("PublishUrl"),
      AWS_REGION: await this.calls.region(),
      AWS_ACCESS_KEY_ID: one("AccessKeyId"),
      AWS_SECRET_ACCESS_KEY: one("SecretAccessKey"),
      AWS_SESSION_TOKEN: one("SessionToken"),
    };
  }

  /** https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html */
  async traceSegments(since: number): Promise<string[]> {
    const { physicalId } = await this.stack.resource("laneFunction");
    const ask = async () => {
      const { TraceSummaries = [] } = await this.calls.rest<{ TraceSummaries?: { Id: string }[] }>(
        ...(["xray", "POST", "/TraceSummaries"] as const),
        {
          StartTime: since / 1000,
          EndTime: Date.now() / 1000,
          FilterExpression: `service("${physicalId}")`,
        },
      );
      return TraceSummaries.length > 0 ? TraceSummaries : undefined;
    };
    const found = await poll("a trace", ask, ARRIVAL).catch(() => []);
    if (found.length === 0) return [];
    const { Traces = [] } = await this.calls.rest<{
      Traces?: { Segments: { Document: string }[] }[];
    }>("xray", "POST", "/Traces", { TraceIds: found.slice(0, 5).map(({ Id }) => Id) });
    const documents = Traces.flatMap(({ Segments }) => Segments.map(({ Document }) => Document));
    return [...new Set(documents.flatMap((text) => namesOf(JSON.parse(text))))];
  }

  /** https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html */
  async setThrottle(rate: number, burst: number): Promise<void> {
    const { physicalId } = await this.#api();
    await this.calls.rest("apigateway", "PATCH", `/v2/apis/${physicalId}/stages/prod`, {
      defaultRouteSettings: {
        ...{ throttlingRateLimit: rate, throttlingBurstLimit: burst },
        ...{ loggingLevel: "ERROR", dataTraceEnabled: false },
      },
    });
  }

  /** Published pages name the group in two ways. */
  async deleteExecutionLog(apiId: string): Promise<void> {
    for (const name of [
      `/aws/apigateway/${apiId}/prod`,
      `API-Gateway-Execution-Logs_${apiId}/prod`,
    ]) {
      await this.calls
        .json("logs", "Logs_20140328.DeleteLogGroup", { logGroupName: name })
        .catch((error: Error) => {
          if (!error.message.includes("ResourceNotFoundException")) throw error;
        });
    }
  }

  #api(): Promise<StackResource> {
    return this.stack.resource("api");
  }
}

interface Segment {
  readonly name?: string;
  readonly subsegments?: readonly Segment[];
}

/** Names of all subsegments; Lambda's own begin with a capital. */
function namesOf({ subsegments = [] }: Segment): string[] {
  const names = subsegments.flatMap(({ name = "", ...rest }) => [name, ...namesOf(rest)]);
  return names.filter((name) => /^[a-z]/.test(name));
}
