import { Duration } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Env } from "../src/names";
import type { BundledFunction, FunctionName } from "./bundle";
import { type Permission, RoomsFunction } from "./function";
import type { Gateway, ManagementMethod } from "./gateway";

/** Properties of `Functions`. */
export interface FunctionsProps {
  readonly bundles: Record<FunctionName, BundledFunction>;
  readonly table: Table;
  readonly lane: IQueue;
  readonly delays: IQueue;
  readonly fanOut: IQueue;
  readonly gateway: Gateway;
  readonly laneTimeout: Duration;

  /**
   * Memory of the functions that post, in MB.
   *
   * @default 1769 - one whole vCPU: a broadcast is CPU work, so less memory only takes longer
   */
  readonly memoryMb?: number;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Most posts a second of one function instance.
   *
   * @default - as many as it can
   */
  readonly maxPostsPerSecond?: number;

  /**
   * From about how many members on a broadcast is sent by several invocations.
   *
   * @default 20_000
   */
  readonly fanOutThreshold?: number;

  /** Environment variables of the application. */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Web origins whose pages may connect.
   *
   * @default - all
   */
  readonly allowedOrigins?: readonly string[];
}

/** A part of about 10,000 members, however much the account's other requests slow it. */
export const FAN_OUT_TIMEOUT = Duration.minutes(5);
/** Variables of who cuts large broadcasts. */
const FAN_OUT = [Env.fanOut, Env.fanOutThreshold] as const;

/** The functions, each with exactly what it needs. */
export class Functions extends Construct {
  readonly connect: RoomsFunction;
  readonly disconnect: RoomsFunction;
  readonly lane: RoomsFunction;
  readonly heartbeat: RoomsFunction;
  readonly publish: RoomsFunction;
  readonly fanOut: RoomsFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const may = permissions(props);
    const memoryMb = props.memoryMb ?? 1769;

    this.connect = this.add("Connect", props, {
      description: "Admits a connection, stores its handshake and opens its lane.",
      reads: [Env.table, Env.lane],
      permissions: [may.putItem, may.send],
      environment: originsVariable(props),
    });
    this.disconnect = this.add("Disconnect", props, {
      description: "Puts the end of a connection on its lane.",
      reads: [Env.lane],
      permissions: [may.send],
    });
    this.lane = this.add("Lane", props, {
      description: "Runs the application for the events of a connection.",
      reads: [Env.table, Env.lane, Env.delays, ...FAN_OUT, Env.management],
      permissions: [
        ...[may.useItems, may.useLane, may.useDelays, may.sendParts],
        may.manage("POST", "GET", "DELETE"),
      ],
      timeout: props.laneTimeout,
      memoryMb,
      environment: props.environment ?? {},
    });
    this.heartbeat = this.add("Heartbeat", props, {
      description: "Pings every connection before API Gateway finds it idle.",
      reads: [Env.table, Env.lane, Env.management],
      permissions: [may.query, may.send, may.manage("POST")],
      timeout: Duration.minutes(5),
      memoryMb,
    });
    this.publish = this.add("Publish", props, {
      description: "Lets other code publish to rooms, over its function URL.",
      reads: [Env.table, Env.lane, ...FAN_OUT, Env.management],
      permissions: [may.useItems, may.send, may.sendParts, may.manage("POST")],
      timeout: props.laneTimeout,
      memoryMb,
      environment: props.environment ?? {},
    });
    this.fanOut = this.add("FanOut", props, {
      description: "Sends parts of broadcasts that are too large for one invocation.",
      reads: [Env.table, Env.lane, Env.management],
      permissions: [may.useParts, may.send, may.consumeParts, may.manage("POST")],
      timeout: FAN_OUT_TIMEOUT,
      memoryMb,
    });
  }

  private add(
    id: string,
    props: FunctionsProps,
    { reads, environment: further, ...own }: OwnProps,
  ): RoomsFunction {
    const environment = {
      [Env.table]: props.table.tableName,
      [Env.lane]: props.lane.queueUrl,
      [Env.delays]: props.delays.queueUrl,
      [Env.fanOut]: props.fanOut.queueUrl,
      [Env.fanOutThreshold]: String(threshold(props)),
      [Env.management]: props.gateway.managementEndpoint,
    };
    return new RoomsFunction(this, id, {
      // The functions of the gateway's own routes do one or two calls, but a client waits for them.
      memoryMb: 512,
      timeout: Duration.seconds(10),
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
      directory: props.bundles[id.toLowerCase() as FunctionName].directory,
      environment: {
        ...further,
        ...Object.fromEntries(reads.map((name) => [name, environment[name]])),
        ...(reads.includes(Env.management) ? paceVariable(props) : {}),
      },
      ...own,
    });
  }
}

interface OwnProps {
  readonly description: string;

  /** Names of the environment variables that it gets. */
  readonly reads: readonly (typeof Env)[
    | "table"
    | "lane"
    | "delays"
    | "fanOut"
    | "fanOutThreshold"
    | "management"][];
  readonly environment?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly memoryMb?: number;
}

function originsVariable({ allowedOrigins: origins }: FunctionsProps): Record<string, string> {
  if (origins === undefined) return {};
  for (const origin of origins) {
    if (/^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[^\s/*]+$/i.test(origin)) continue;
    throw new TypeError(
      `Cannot check origins: expected one like "https://example.com" or "https://*.example.com", got ${JSON.stringify(origin)}`,
    );
  }
  // None at all is a list too: only clients that are no browsers connect.
  return { [Env.origins]: origins.join(" ") || "none" };
}

function paceVariable({ maxPostsPerSecond: most }: FunctionsProps): Record<string, string> {
  if (most === undefined) return {};
  if (most > 0) return { [Env.maxPostsPerSecond]: String(most) };
  throw new RangeError(`Cannot post: expected maxPostsPerSecond above 0, got ${most}`);
}

function threshold({ fanOutThreshold = 20_000 }: FunctionsProps): number {
  if (fanOutThreshold >= 1) return fanOutThreshold;
  throw new RangeError(
    `Cannot fan out: expected fanOutThreshold of 1 or more, got ${fanOutThreshold}`,
  );
}

/** All that any of the functions may do, besides logging. */
function permissions({ table, lane, delays, fanOut, gateway }: FunctionsProps) {
  const onTable = (...names: string[]) => on(table.tableArn, "dynamodb", names);
  const onQueue = (queue: IQueue, ...names: string[]) => on(queue.queueArn, "sqs", names);
  // For the event source, which polls with the function's role.
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const consume = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];
  const sendAndConsume = ["SendMessage", ...consume];
  return {
    putItem: onTable("PutItem"),
    query: onTable("Query"),
    useItems: onTable(
      ...[
        "GetItem",
        "BatchGetItem",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "Query",
        "BatchWriteItem",
      ],
    ),
    send: onQueue(lane, "SendMessage"),
    useLane: onQueue(lane, ...sendAndConsume),
    useParts: onTable("GetItem", "Query", "PutItem", "DeleteItem"),
    sendParts: onQueue(fanOut, "SendMessage"),
    consumeParts: onQueue(fanOut, ...consume),
    useDelays: onQueue(delays, ...sendAndConsume),
    manage: (...methods: ManagementMethod[]): Permission => ({
      actions: ["execute-api:ManageConnections"],
      resources: gateway.connectionArns(...methods),
      wildcardReason:
        "Connection ids are made by API Gateway while the stack runs; the wildcard covers those of this stage and method only.",
    }),
  };
}

function on(resource: string, service: string, names: readonly string[]): Permission {
  return { actions: names.map((name) => `${service}:${name}`), resources: [resource] };
}
