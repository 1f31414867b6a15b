import { isObject, type JsonObject, parseJson, show } from "../json";
import { readAsynchronous } from "./asynchronous";
import type { ReadContext, ResolvedResource } from "./context";
import type {
  EventSourceModel,
  FunctionModel,
  FunctionUrlModel,
  QueueModel,
  ScheduleModel,
  TableModel,
} from "./model";
import { functionNameOf } from "./names";
import { Properties } from "./properties";

/** Reads an `AWS::Lambda::Function`, finding its code among the assets. */
export function readFunction(
  resource: ResolvedResource,
  invokeConfigs: readonly ResolvedResource[],
  context: ReadContext,
): FunctionModel {
  return {
    logicalId: resource.logicalId,
    name: resource.ref,
    arn: resource.arn,
    role: resource.optionalText("Role") ?? "",
    code: readCode(resource, context),
    handler: resource.optionalText("Handler") ?? "index.handler",
    timeoutMs: resource.number("Timeout", 3) * 1000,
    memoryMb: resource.number("MemorySize", 128),
    environment: resource.object("Environment").texts("Variables"),
    concurrency: resource.number("ReservedConcurrentExecutions", Number.POSITIVE_INFINITY),
    asynchronous: readAsynchronous(resource, invokeConfigs, context),
    ...readLogging(resource.object("LoggingConfig")),
  };
}

function readLogging(config: Properties): Pick<FunctionModel, "logLevel"> {
  if (config.optionalText("LogFormat") !== "JSON") return {};
  return { logLevel: config.optionalText("ApplicationLogLevel") ?? "INFO" };
}

function readCode(resource: ResolvedResource, { assembly }: ReadContext): FunctionModel["code"] {
  const code = resource.object("Code");
  const inline = code.optionalText("ZipFile");
  if (inline !== undefined) return { inline };
  const key = code.text("S3Key");
  const directory = assembly.assets.get(key);
  if (directory === undefined) {
    throw new Error(
      `Cannot load the code of ${resource.logicalId}: expected an asset ${key}, got none`,
    );
  }
  return { directory };
}

/** Reads an `AWS::Lambda::Url`. */
export function readFunctionUrl(resource: ResolvedResource): FunctionUrlModel {
  return {
    logicalId: resource.logicalId,
    functionArn: resource.text("TargetFunctionArn"),
    authType: resource.text("AuthType") === "NONE" ? "NONE" : "AWS_IAM",
  };
}

/** Reads an `AWS::SQS::Queue`. */
export function readQueue(resource: ResolvedResource): QueueModel {
  // RedrivePolicy may be an object or JSON text.
  const given = resource.values.RedrivePolicy;
  const policy = typeof given === "string" ? parseJson(given) : given;
  const redrive = isObject(policy)
    ? new Properties(`${resource.logicalId}.RedrivePolicy`, policy)
    : undefined;
  return {
    logicalId: resource.logicalId,
    name: resource.arn.split(":").at(-1) ?? "",
    arn: resource.arn,
    url: resource.ref,
    fifo: resource.flag("FifoQueue"),
    contentBasedDeduplication: resource.flag("ContentBasedDeduplication"),
    deduplicatesPerGroup: resource.values.DeduplicationScope === "messageGroup",
    visibilityTimeoutMs: resource.number("VisibilityTimeout", 30) * 1000,
    delayMs: resource.number("DelaySeconds", 0) * 1000,
    maximumMessageBytes: resource.number("MaximumMessageSize", 1_048_576),
    deadLetter: redrive && {
      arn: redrive.text("deadLetterTargetArn"),
      maximumReceives: redrive.number("maxReceiveCount", 1),
    },
  };
}

/** Reads an `AWS::Lambda::EventSourceMapping` of a queue. */
export function readEventSource(resource: ResolvedResource): EventSourceModel {
  const scaling = resource.object("ScalingConfig");
  return {
    logicalId: resource.logicalId,
    queueArn: resource.text("EventSourceArn"),
    functionName: functionNameOf(resource.text("FunctionName")),
    batchSize: resource.number("BatchSize", 10),
    concurrency: scaling.number("MaximumConcurrency", Number.POSITIVE_INFINITY),
    reportsBatchItemFailures: resource
      .list("FunctionResponseTypes")
      .includes("ReportBatchItemFailures"),
    filters: resource
      .object("FilterCriteria")
      .list("Filters")
      .map((filter) => {
        const text = isObject(filter) ? filter.Pattern : undefined;
        const pattern = typeof text === "string" ? parseJson(text) : undefined;
        if (isObject(pattern)) return pattern;
        throw new Error(
          `Cannot read ${resource.logicalId}: expected a filter pattern, got ${show(filter)}`,
        );
      }),
  };
}

/** Properties of a table that CreateTable of dynalite understands. */
const tableProperties = [
  "AttributeDefinitions",
  "KeySchema",
  "GlobalSecondaryIndexes",
  "LocalSecondaryIndexes",
  "BillingMode",
  "ProvisionedThroughput",
];

/** Reads an `AWS::DynamoDB::Table` or `GlobalTable`, leaving out what has no meaning in memory. */
export function readTable(resource: ResolvedResource): TableModel {
  const request: JsonObject = { TableName: resource.ref };
  for (const name of tableProperties) {
    const value = resource.values[name];
    if (value !== undefined) request[name] = value;
  }
  request.BillingMode ??= "PROVISIONED";
  if (request.BillingMode === "PROVISIONED") {
    // A GlobalTable writes its capacity in another form, and no capacity is enforced here anyway.
    request.ProvisionedThroughput ??= { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  }
  const indexes = request.GlobalSecondaryIndexes;
  if (Array.isArray(indexes)) request.GlobalSecondaryIndexes = indexes.map(plainIndex);
  return { logicalId: resource.logicalId, name: resource.ref, request };
}

function plainIndex(index: unknown): JsonObject {
  const { IndexName, KeySchema, Projection, ProvisionedThroughput } = isObject(index) ? index : {};
  return {
    IndexName: IndexName ?? null,
    KeySchema: KeySchema ?? null,
    Projection: Projection ?? null,
    ...(ProvisionedThroughput !== undefined && { ProvisionedThroughput }),
  };
}

/** Reads an `AWS::Events::Rule` or `AWS::Scheduler::Schedule` that runs at a rate. */
export function readSchedule(resource: ResolvedResource, context: ReadContext): ScheduleModel[] {
  if (resource.values.State === "DISABLED") return [];
  const expression = resource.optionalText("ScheduleExpression") ?? "";
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate === null) {
    context.warn(
      `${resource.logicalId} is not run locally: only rate(...) is, got ${show(expression)}`,
    );
    return [];
  }
  const minutes = { minute: 1, hour: 60, day: 1440 }[rate[2] as "minute" | "hour" | "day"];
  const isRule = resource.type === "AWS::Events::Rule";
  const targets = isRule ? resource.list("Targets") : [resource.object("Target").values];
  return targets.flatMap((given) => {
    const target = new Properties(`${resource.logicalId} target`, isObject(given) ? given : {});
    const functionArn = target.text("Arn");
    if (!functionArn.includes(":lambda:")) {
      context.warn(
        `${resource.logicalId} does not run locally: its target ${functionArn} is not a function`,
      );
      return [];
    }
    return {
      logicalId: resource.logicalId,
      arn: resource.arn,
      source: isRule ? ("aws.events" as const) : ("aws.scheduler" as const),
      functionArn,
      everyMinutes: Number(rate[1]) * minutes,
      input: target.optionalText("Input"),
    };
  });
}
