import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { LogLevel } from "../src/settings/log-level";
import { acknowledge, acknowledgeWildcards } from "./acknowledge";
import { checkEnvironmentSize } from "./application-environment";

/** Properties of `RoomsFunction`. */
export interface RoomsFunctionProps {
  readonly description: string;

  /** Folder that holds the bundled `index.js`. */
  readonly directory: string;
  readonly environment: Record<string, string>;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly logRetention: RetentionDays;
  readonly logLevel: LogLevel;

  /** Whether X-Ray traces it. */
  readonly tracing: boolean;

  /** What it may do, by action: nothing else but writing its own log. */
  readonly permissions: readonly Permission[];
}

/** Actions on resources. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];

  /**
   * Patterns of the table's partition keys that it may name.
   *
   * @default - all
   */
  readonly leadingKeys?: readonly string[];

  /**
   * Why a resource may end in a wildcard.
   *
   * @default - it may not
   */
  readonly wildcardReason?: string;
}

/** A function from a bundle, with a log group and a role of its own. */
export class RoomsFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: RoomsFunctionProps) {
    checkEnvironmentSize(props.environment);
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    super(scope, id, {
      description: props.description,
      code: Code.fromAsset(props.directory),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: props.environment,
      loggingFormat: LoggingFormat.JSON,
      // Lambda takes a line of metrics, which has no level, for INFO: above that it would drop all metrics. The functions
      // leave out less severe lines themselves.
      // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
      applicationLogLevelV2:
        props.logLevel === "DEBUG" ? ApplicationLogLevel.DEBUG : ApplicationLogLevel.INFO,
      // Lambda's own lines about every invocation would cost more than the invocations do; failures it reports in any
      // case.
      systemLogLevelV2: props.logLevel === "DEBUG" ? SystemLogLevel.INFO : SystemLogLevel.WARN,
      tracing: props.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      logGroup,
      role,
    });
    // The managed policy AWSLambdaBasicExecutionRole would let it write to every log of the account.
    const log = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [logGroup.logGroupArn],
    };
    for (const permission of [log, ...props.permissions]) allow(role, permission);
    if (props.tracing) {
      acknowledge(
        role,
        "IAM5[Resource::*]",
        "X-Ray's two actions to send traces know no resources.",
      );
    }
  }
}

function allow(role: Role, { actions, resources, leadingKeys, wildcardReason }: Permission): void {
  const statement = new PolicyStatement({ actions: [...actions], resources: [...resources] });
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
  if (leadingKeys) {
    statement.addCondition("ForAllValues:StringLike", { "dynamodb:LeadingKeys": leadingKeys });
  }
  role.addToPolicy(statement);
  if (wildcardReason !== undefined) acknowledgeWildcards(role, resources, wildcardReason);
}
