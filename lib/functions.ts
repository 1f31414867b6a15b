import { Duration } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { Env } from "../src/names";
import type { FunctionName } from "./bundle";
import { type Permission, RoomsFunction } from "./function";
import type { FunctionsProps } from "./functions-props";
import { permissions } from "./permissions";
import {
  addressVariable,
  connectionLimitsVariable,
  originsVariable,
  paceVariable,
  spendingVariable,
  subprotocolsVariable,
  thresholdVariable,
} from "./variables";

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
      permissions: [may.putConnection, may.countSpending, may.send],
      environment: {
        ...originsVariable(props),
        ...subprotocolsVariable(props),
        ...connectionLimitsVariable(props),
        ...spendingVariable(props),
        ...addressVariable(props),
      },
    });
    this.disconnect = this.add("Disconnect", props, {
      description: "Puts the end of a connection on its lane.",
      reads: [Env.lane],
      permissions: [may.send],
    });
    this.lane = this.add("Lane", props, {
      description: "Runs the application for the events of a connection.",
      reads: [Env.table, Env.lane, Env.deadLetters, Env.delays, ...FAN_OUT, Env.management],
      permissions: [
        ...[may.useItems, may.useLane, may.setAside, may.useDelays, may.sendParts],
        may.manage("POST", "GET", "DELETE"),
      ],
      timeout: props.laneTimeout,
      memoryMb,
      environment: { ...props.environment, ...spendingVariable(props) },
    });
    this.heartbeat = this.add("Heartbeat", props, {
      description: "Pings every connection before API Gateway finds it idle.",
      reads: [Env.table, Env.lane, Env.management],
      permissions: [may.listConnections, may.send, may.manage("POST")],
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
      reads: [Env.table, Env.lane, Env.fanOut, Env.management],
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
      [Env.deadLetters]: props.deadLetters.queueUrl,
      [Env.delays]: props.delays.queueUrl,
      [Env.fanOut]: props.fanOut.queueUrl,
      [Env.fanOutThreshold]: thresholdVariable(props),
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
        ...(props.metricsName === undefined ? {} : { [Env.metrics]: props.metricsName }),
      },
      logLevel: props.logLevel ?? "INFO",
      tracing: props.tracing ?? false,
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
    | "deadLetters"
    | "delays"
    | "fanOut"
    | "fanOutThreshold"
    | "management"][];
  readonly environment?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly memoryMb?: number;
}
