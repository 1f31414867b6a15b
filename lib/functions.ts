import { Duration } from "aws-cdk-lib";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { Resource, type ResourceVariable } from "../src/settings/resources";
import type { BundledFunction, FunctionName } from "./bundle";
import { type Permission, RoomsFunction } from "./function";
import type { FunctionsProps } from "./functions-props";
import { permissions } from "./permissions";
import { secretPermissions } from "./secrets";
import { settingVariables } from "./variables";

/** A slice of about 10,000 members, however much the account's other requests slow it. */
export const FAN_OUT_TIMEOUT = Duration.minutes(5);

/** Less than CloudFront's default of 30 s for an origin, so that the function is what says why a request ends. */
export const HTTP_TIMEOUT = Duration.seconds(29);
/** As long as API Gateway waits: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const CONNECT_TIMEOUT = Duration.seconds(29);

/** The functions, each with exactly what it needs. */
export class Functions extends Construct {
  readonly connect: RoomsFunction;
  readonly disconnect: RoomsFunction;
  readonly lane: RoomsFunction;

  /** There with `ordering: "application"`. */
  readonly application: RoomsFunction | undefined;
  readonly heartbeat: RoomsFunction;
  readonly publish: RoomsFunction;
  readonly fanOut: RoomsFunction;

  /** Where the application answers HTTP requests. */
  readonly http: RoomsFunction | undefined;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const may = permissions(props);
    const memoryMb = props.memoryMb ?? 1769;
    const environment = props.environment ?? {};
    const secrets = secretPermissions(this, environment);

    // It runs the application where that has locks of its own.
    const { runsApplication: isLocked } = props.bundles.connect;
    this.connect = this.add("Connect", props, {
      description: "Admits a connection, stores its handshake and opens its lane.",
      reads: [Resource.table, Resource.lane],
      permissions: [
        ...[may.putConnection, may.countSpending, may.send],
        ...(isLocked ? secrets : []),
      ],
      ...(isLocked && { memoryMb, timeout: CONNECT_TIMEOUT, environment }),
    });
    this.disconnect = this.add("Disconnect", props, {
      description: "Puts the end of a connection on its lane.",
      reads: [Resource.lane],
      permissions: [may.send],
    });
    this.lane = this.add("Lane", props, {
      description: "Runs the application for the events of a connection.",
      reads: [
        Resource.table,
        Resource.lane,
        Resource.deadLetters,
        Resource.delays,
        Resource.fanOut,
        Resource.management,
      ],
      permissions: [
        ...[may.useItems, may.useLane, may.deadLetter, may.useDelays, may.sendSlices],
        ...(props.application ? [may.send] : []),
        may.manage("POST", "GET", "DELETE"),
        ...secrets,
      ],
      timeout: props.laneTimeout,
      memoryMb,
      environment,
    });
    this.application =
      props.application && this.#addApplication(props, props.application, secrets, memoryMb);
    this.heartbeat = this.add("Heartbeat", props, {
      description: "Pings every connection before API Gateway finds it idle.",
      reads: [Resource.table, Resource.lane, Resource.management],
      permissions: [may.listConnections, may.send, may.manage("POST")],
      timeout: Duration.minutes(5),
      memoryMb,
    });
    this.publish = this.add("Publish", props, {
      description: "Lets other code publish to rooms, over its function URL.",
      reads: [Resource.table, Resource.lane, Resource.fanOut, Resource.management],
      permissions: [may.useItems, may.send, may.sendSlices, may.manage("POST"), ...secrets],
      timeout: props.laneTimeout,
      memoryMb,
      environment,
    });
    this.fanOut = this.add("FanOut", props, {
      description: "Sends parts of broadcasts that are too large for one invocation.",
      reads: [Resource.table, Resource.lane, Resource.fanOut, Resource.management],
      permissions: [may.useSlices, may.send, may.consumeSlices, may.manage("POST")],
      timeout: FAN_OUT_TIMEOUT,
      memoryMb,
    });
    if (props.bundles.http) this.http = this.addHttp(props, may, secrets, memoryMb);
  }

  private addHttp(
    props: FunctionsProps,
    may: ReturnType<typeof permissions>,
    secrets: readonly Permission[],
    memoryMb: number,
  ): RoomsFunction {
    // With one lane the application is there alone.
    if (props.application)
      return this.add("Http", props, {
        description: "Puts HTTP requests on the lane of the application, over its function URL.",
        reads: [Resource.table, Resource.lane],
        permissions: [may.useRequests, may.send],
        timeout: HTTP_TIMEOUT,
      });
    return this.add("Http", props, {
      description: "Runs the application for HTTP requests, over its function URL.",
      reads: [Resource.table, Resource.lane, Resource.fanOut, Resource.management],
      permissions: [may.useItems, may.send, may.sendSlices, may.manage("POST"), ...secrets],
      timeout: HTTP_TIMEOUT,
      memoryMb,
      environment: props.environment ?? {},
    });
  }

  #addApplication(
    props: FunctionsProps,
    { queue, deadLetters }: NonNullable<FunctionsProps["application"]>,
    secrets: readonly Permission[],
    memoryMb: number,
  ): RoomsFunction {
    const may = permissions({ ...props, lane: queue, deadLetters });
    return this.add(
      "Application",
      { ...props, deadLetters },
      {
        description: "Runs the application for the events of all connections, and keeps it.",
        reads: [
          ...[Resource.table, Resource.lane, Resource.deadLetters, Resource.delays],
          ...[Resource.fanOut, Resource.management],
        ],
        permissions: [
          ...[may.useItems, may.useLane, may.deadLetter],
          ...[may.sendDelays, may.sendSlices, may.manage("POST", "GET", "DELETE")],
          ...secrets,
        ],
        timeout: props.laneTimeout,
        memoryMb,
        environment: props.environment ?? {},
      },
    );
  }

  private add(
    id: string,
    props: FunctionsProps,
    { reads, environment: further, ...own }: OwnProps,
  ): RoomsFunction {
    const environment = {
      [Resource.table]: props.table.tableName,
      [Resource.lane]: props.lane.queueUrl,
      [Resource.deadLetters]: props.deadLetters.queueUrl,
      [Resource.delays]: props.delays.queueUrl,
      [Resource.fanOut]: props.fanOut.queueUrl,
      [Resource.management]: props.gateway.managementEndpoint,
    };
    const name = id.toLowerCase() as FunctionName;
    return new RoomsFunction(this, id, {
      // The functions of the gateway's own routes do one or two calls, but a client waits for them.
      memoryMb: 512,
      timeout: Duration.seconds(10),
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
      directory: (props.bundles[name] as BundledFunction).directory,
      environment: {
        ...further,
        ...Object.fromEntries(reads.map((variable) => [variable, environment[variable]])),
        ...(props.application && { [Resource.application]: props.application.queue.queueUrl }),
        ...(props.metricsName === undefined ? {} : { [Resource.metrics]: props.metricsName }),
        ...settingVariables(props, name),
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
  readonly reads: readonly Exclude<
    ResourceVariable,
    typeof Resource.metrics | typeof Resource.application
  >[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly permissions: readonly Permission[];
  readonly timeout?: Duration;
  readonly memoryMb?: number;
}
