import { join } from "node:path";
import { Duration, type RemovalPolicy, Stage } from "aws-cdk-lib";
import type { ThrottleSettings, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { FunctionUrlAuthType, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { Env } from "../src/names";
import { checkRoomLimits, type RoomLimits } from "../src/room-limits";
import { bundle } from "./bundle";
import { Delays } from "./delays";
import { FanOut } from "./fan-out";
import { FAN_OUT_TIMEOUT, Functions } from "./functions";
import { Gateway } from "./gateway";
import { Heartbeat } from "./heartbeat";
import { Lanes } from "./lanes";
import { refuseOpenRooms } from "./refuse-open-rooms";
import { addRoutes } from "./routes";
import { RoomsTable } from "./table";

/** What is promised about the order of a connection's frames. */
export type Ordering = "connection" | "none";

/** Properties of `Rooms`. */
export interface RoomsProps {
  /** The application: a file that exports `io`, a Socket.IO server. */
  readonly entry: string;

  /**
   * `connection`: frames of one connection are handled in order, one at a time, through a queue.
   * `none`: each frame invokes the function at once, in whatever order; lower latency.
   *
   * @default "connection"
   */
  readonly ordering?: Ordering;

  /**
   * Name of the stage, which clients give as `path`.
   *
   * @default "prod"
   */
  readonly stageName?: string;

  /**
   * Memory of the functions that post to connections, in MB.
   *
   * @default 1769 - one whole vCPU
   */
  readonly memoryMb?: number;

  /**
   * How long the application may work on one batch of a connection's events.
   *
   * @default Duration.seconds(60)
   */
  readonly laneTimeout?: Duration;

  /**
   * Environment variables of the application.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * What one client may use of managed rooms.
   *
   * @default - those of `RoomLimits`
   */
  readonly limits?: Partial<RoomLimits>;

  /**
   * Most posts a second of one function instance, so that broadcasts leave something of the account's
   * requests to others.
   *
   * @default - as many as it can; API Gateway's own throttle then slows it
   */
  readonly maxPostsPerSecond?: number;

  /**
   * From about how many members on a broadcast is cut into parts, which several invocations send.
   *
   * @default 20_000 - two seconds of the 10,000 requests that an account has
   */
  readonly fanOutThreshold?: number;

  /**
   * How many parts of large broadcasts are sent at a time, 2 to 1,000. Each posts as fast as it can, or
   * `maxPostsPerSecond`: more help only as far as the account's requests a second go.
   *
   * @default 4
   */
  readonly fanOutConcurrency?: number;

  /**
   * Rate of frames and connections, for all clients together.
   *
   * @default - 2,000 a second with bursts of 1,000
   */
  readonly throttle?: ThrottleSettings;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What becomes of the table when the stack goes. `RETAIN` also protects it against deletion.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether to set the role with which API Gateway writes logs, once per account and Region.
   *
   * @default true
   */
  readonly accountLogRole?: boolean;
}

/** A Socket.IO server file on API Gateway, Lambda, SQS and DynamoDB. */
export class Rooms extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly table: Table;

  /** The FIFO queue that holds every connection's events, in order. */
  readonly lane: Queue;

  /** Events that failed five times. */
  readonly deadLetters: Queue;

  /** These, delayed work and parts of large broadcasts that failed as often. */
  readonly allDeadLetters: readonly Queue[];
  readonly functions: Functions;

  /** Where other code publishes to rooms, signed by IAM; see `grantPublish`. */
  readonly publishUrl: string;

  /** URL of the stage: `wss://…/prod`. */
  readonly endpoint: string;

  readonly #gateway: Gateway;

  constructor(scope: Construct, id: string, props: RoomsProps) {
    super(scope, id);
    const laneTimeout = props.laneTimeout ?? Duration.seconds(60);
    const stageName = props.stageName ?? "prod";
    const bundles = bundle({ entry: props.entry, outputDirectory: this.#bundleDirectory() });

    // On this machine nobody else can enter, and `npm start` says that they are open.
    if (!this.node.tryGetContext("lambda-rooms:local")) refuseOpenRooms(props.entry, bundles.lane);

    this.table = new RoomsTable(this, "Table", props).table;
    const lanes = new Lanes(this, "Lanes", { functionTimeout: laneTimeout });
    this.lane = lanes.queue;
    this.deadLetters = lanes.deadLetters;
    const delays = new Delays(this, "Delays", { functionTimeout: laneTimeout });
    const fanOut = new FanOut(this, "FanOut", { functionTimeout: FAN_OUT_TIMEOUT });
    this.allDeadLetters = [lanes, delays, fanOut].map(({ deadLetters }) => deadLetters);
    this.#gateway = new Gateway(this, "Gateway", { ...props, stageName });
    this.api = this.#gateway.api;
    this.stage = this.#gateway.stage;
    this.endpoint = this.stage.url;

    this.functions = new Functions(this, "Functions", {
      ...props,
      bundles,
      table: this.table,
      lane: this.lane,
      delays: delays.queue,
      fanOut: fanOut.queue,
      gateway: this.#gateway,
      laneTimeout,
      environment: { ...props.environment, ...limitsVariable(props.limits) },
    });
    const { connect, disconnect, lane, heartbeat } = this.functions;
    const message = props.ordering === "none" ? lane : this.lane;
    addRoutes(this.api, { connect, disconnect, message });
    lanes.addConsumer(lane);
    delays.addConsumer(lane);
    fanOut.addConsumer(this.functions.fanOut, props.fanOutConcurrency ?? 4);
    new Heartbeat(this, "Heartbeat", { target: heartbeat });
    // Whoever has no leave of IAM is refused before the function runs.
    this.publishUrl = this.functions.publish.addFunctionUrl({
      authType: FunctionUrlAuthType.AWS_IAM,
    }).url;
  }

  /**
   * Inside the cloud assembly and named by this construct, so that two synths at a time, or two
   * applications in one, never read each other's half-written bundles.
   */
  #bundleDirectory(): string {
    return join(Stage.of(this)?.outdir ?? "cdk.out", `bundle.${this.node.addr}`);
  }

  /**
   * Lets other code publish to rooms: `roomsFrom({ ROOMS_URL })` of `lambda-rooms/emitter`, or plain
   * HTTP. A function also gets the variable.
   *
   * @see docs/publish.md
   */
  grantPublish(grantee: IGrantable): Grant {
    if (grantee instanceof LambdaFunction) grantee.addEnvironment("ROOMS_URL", this.publishUrl);
    const { publish } = this.functions;
    // Both, since October 2025: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    return Grant.addToPrincipal({
      grantee,
      actions: ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"],
      resourceArns: [publish.functionArn],
    });
  }

  /** Lets code outside post to connections, ask for them and close them. */
  grantManageConnections(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["execute-api:ManageConnections"],
      resourceArns: this.#gateway.connectionArns("POST", "GET", "DELETE"),
    });
  }

  /** Lets code outside read who is in a room. */
  grantReadMembers(grantee: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee,
      actions: ["dynamodb:Query"],
      resourceArns: [this.table.tableArn],
    });
  }
}

function limitsVariable(limits: Partial<RoomLimits> | undefined): Record<string, string> {
  if (!limits) return {};
  checkRoomLimits(limits);
  return { [Env.limits]: JSON.stringify(limits) };
}
