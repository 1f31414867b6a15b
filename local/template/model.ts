import type { DistributionModel } from "../cloudfront/model";
import type { JsonObject } from "../json";
import type { BucketModel } from "../s3/model";

/** A Lambda function. */
export interface FunctionModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** ARN of its role. */
  readonly role: string;
  readonly code: { readonly directory: string } | { readonly inline: string };
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What it logs, as lines of JSON; absent for plain text. */
  readonly logLevel?: string;
  /** `ReservedConcurrentExecutions`; infinite if not reserved. */
  readonly concurrency: number;
  readonly asynchronous: AsynchronousModel;
}

/** What becomes of events for which no caller waits. Destinations are ARNs of queues. */
export interface AsynchronousModel {
  /** After the function has failed once. */
  readonly maximumRetries: number;
  readonly maximumAgeMs: number;
  readonly onFailure: string | undefined;
  readonly onSuccess: string | undefined;
  readonly deadLetters: string | undefined;
}

/** An SQS queue, FIFO or standard. */
export interface QueueModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly contentBasedDeduplication: boolean;
  /** Whether a deduplication id counts per group, not per queue. */
  readonly deduplicatesPerGroup: boolean;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly maximumMessageBytes: number;
  readonly deadLetter: { readonly arn: string; readonly maximumReceives: number } | undefined;
}

/** A role with all that its policies say. */
export interface RoleModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly StatementModel[];
}

/** A statement of a policy. */
export interface StatementModel {
  readonly isAllowed: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The condition `ForAllValues:StringLike` on `dynamodb:LeadingKeys`: patterns of partition keys. */
  readonly leadingKeys?: readonly string[];
}

/** The URL of a function. */
export interface FunctionUrlModel {
  readonly logicalId: string;
  readonly functionArn: string;
  readonly authType: "AWS_IAM" | "NONE";
}

/** A queue that feeds a function. */
export interface EventSourceModel {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** `ScalingConfig.MaximumConcurrency`; infinite if not given. */
  readonly concurrency: number;
  readonly reportsBatchItemFailures: boolean;
  /** Filter patterns; a message must match one of them, if there are any. */
  readonly filters: readonly JsonObject[];
}

/** A DynamoDB table, as the input of CreateTable. */
export interface TableModel {
  readonly logicalId: string;
  readonly name: string;
  readonly request: JsonObject;
}

/** A schedule that invokes a function. */
export interface ScheduleModel {
  readonly logicalId: string;
  readonly arn: string;
  readonly source: "aws.events" | "aws.scheduler";
  readonly functionArn: string;
  readonly everyMinutes: number;
  /** The event to send in place of the scheduled event. */
  readonly input: string | undefined;
}

/** What a route calls. */
export type IntegrationModel =
  | { readonly kind: "function"; readonly functionArn: string; readonly timeoutMs: number }
  | QueueIntegrationModel;

/** An AWS integration with `sqs:path/{account}/{queue}`, or with `sqs:path//`. */
export interface QueueIntegrationModel {
  readonly kind: "queue";
  readonly logicalId: string;
  /** Absent at the root of SQS: there the form names the queue by `QueueUrl`. */
  readonly queueName: string | undefined;
  /** ARN of the role with which it calls. */
  readonly role: string;
  readonly timeoutMs: number;
  readonly passthrough: string;
  readonly templateSelectionExpression: string | undefined;
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly requestParameters: Readonly<Record<string, string>>;
}

/** A rate and a burst, as in `RouteSettings`. */
export interface ThrottleModel {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** The WebSocket API and its stage. */
export interface ApiModel {
  readonly logicalId: string;
  readonly id: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routeSelectionExpression: string;
  readonly routes: ReadonlyMap<string, IntegrationModel>;
  /** Throttles by route key; the key `""` holds the stage's default. */
  readonly throttles: ReadonlyMap<string, ThrottleModel>;
}

/** Everything of a template that the local stack runs. */
export interface StackModel {
  readonly api: ApiModel | undefined;
  readonly functions: readonly FunctionModel[];
  readonly functionUrls: readonly FunctionUrlModel[];
  readonly roles: readonly RoleModel[];
  readonly queues: readonly QueueModel[];
  readonly eventSources: readonly EventSourceModel[];
  readonly tables: readonly TableModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly distribution: DistributionModel | undefined;
  readonly buckets: readonly BucketModel[];
  readonly warnings: readonly string[];
}
