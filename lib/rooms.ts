import { join } from "node:path";
import { Duration, Stage } from "aws-cdk-lib";
import type { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { type Alarm, Metric, type MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Grant, type IGrantable } from "aws-cdk-lib/aws-iam";
import { FunctionUrlAuthType, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from "../src/metric-names";
import { writeRecord } from "./application/record";
import { checkApplicationEnvironment } from "./application-environment";
import { bundle } from "./bundle";
import { checkCookies } from "./check-cookies";
import { chooseOrdering } from "./choose-ordering";
import { Delays } from "./delays";
import { FanOut } from "./fan-out";
import { FAN_OUT_TIMEOUT, Functions } from "./functions";
import { Gateway } from "./gateway";
import { Heartbeat } from "./heartbeat";
import { Lanes } from "./lanes";
import { noteApplication } from "./note-application";
import type { Ordering } from "./ordering";
import { refuseLocks } from "./refuse-locks";
import { refuseOpenRooms } from "./refuse-open-rooms";
import type { RoomsProps } from "./rooms-props";
import { addRoutes } from "./routes";
import { localSecrets, referencesIn } from "./secrets";
import { servesHttp } from "./serves-http";
import type { RoomsSite } from "./site";
import { addSite, planSite } from "./site-plan";
import { RoomsTable } from "./table";

export type { Ordering, OrderingChoice } from "./ordering";
export type { RoomsProps } from "./rooms-props";

/**
 * Of messages of the application's lane, in timeouts of its function. After the death of a container every client waits
 * for so long; and no second batch can be under way that would throttle the function.
 */
const APPLICATION_VISIBILITY = 1.5;

/** A Socket.IO server file on API Gateway, Lambda, SQS and DynamoDB. */
export class Rooms extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  readonly table: Table;

  /** The FIFO queue that holds every connection's events, in order. */
  readonly lane: Queue;

  /** The FIFO queue of all events with `ordering: "application"`; `lane` has the acks then. */
  readonly application: Queue | undefined;

  /** Events that failed again and again, or ended their containers. */
  readonly deadLetters: Queue;

  /** These, delayed work and slices of large broadcasts that failed as often. */
  readonly allDeadLetters: readonly Queue[];

  /** One for each of these queues. */
  readonly deadLetterAlarms: readonly Alarm[];
  readonly functions: Functions;

  /** Where other code publishes to rooms, signed by IAM; see `grantPublish`. */
  readonly publishUrl: string;

  /** Where the application answers HTTP requests, if it does. */
  readonly httpUrl: string | undefined;

  /** URL of the stage: `wss://…/prod`. */
  readonly endpoint: string;

  /** One host for pages, routes and the WebSocket; absent without a site. */
  readonly site: RoomsSite | undefined;

  /** See `RoomsProps`. */
  readonly requiresApiKey: boolean;
  readonly addressHeader: string | undefined;

  /** How the application is run: as it was asked for, or chosen by its source. */
  readonly ordering: Ordering;

  readonly #gateway: Gateway;

  constructor(scope: Construct, id: string, props: RoomsProps) {
    super(scope, id);
    const laneTimeout = props.laneTimeout ?? Duration.seconds(60);
    const stageName = props.stageName ?? "prod";
    const isLocal = this.node.tryGetContext("lambda-rooms:local");
    const given = props.environment ?? {};
    const environment = isLocal ? localSecrets(given) : given;
    const chosen = chooseOrdering(this, props);
    this.ordering = chosen.ordering;
    const isApplication = this.ordering === "application";
    const answersHttp = props.http ?? servesHttp(props.entry);
    const bundles = bundle({
      ...props,
      readsSecrets: referencesIn(environment).length > 0,
      outputDirectory: this.#directory("bundle"),
      optional: [
        ...(isApplication ? (["application"] as const) : []),
        ...(answersHttp ? (["http"] as const) : []),
      ],
      memory: chosen.keepsMemory,
    });

    this.requiresApiKey = props.requireApiKey ?? false;
    this.addressHeader = props.addressHeader;
    noteApplication(this, props, bundles, isApplication);
    if (isLocal) writeRecord(this.#directory("bundle"), bundles.record);
    refuseLocks(props.entry);
    checkCookies(this, props.entry, props.allowedOrigins);
    checkApplicationEnvironment(this, props.entry, environment);
    // On this machine no other user can enter, and `npm start` warns that they are open.
    if (!isLocal) refuseOpenRooms(props.entry, bundles.lane);

    this.table = new RoomsTable(this, "Table", props).table;
    const lanes = new Lanes(this, "Lanes", { functionTimeout: laneTimeout });
    this.lane = lanes.queue;
    this.deadLetters = lanes.deadLetters;
    const delays = new Delays(this, "Delays", { functionTimeout: laneTimeout });
    const fanOut = new FanOut(this, "FanOut", { functionTimeout: FAN_OUT_TIMEOUT });
    const application = isApplication
      ? new Lanes(this, "Application", { functionTimeout: laneTimeout }, APPLICATION_VISIBILITY)
      : undefined;
    this.application = application?.queue;
    const worked = [lanes, ...(application ? [application] : []), delays, fanOut];
    this.allDeadLetters = worked.map(({ deadLetters }) => deadLetters);
    this.deadLetterAlarms = worked.map(({ deadLetterAlarm }) => deadLetterAlarm);
    this.#gateway = new Gateway(this, "Gateway", { ...props, stageName });
    this.api = this.#gateway.api;
    this.stage = this.#gateway.stage;
    this.endpoint = this.stage.url;

    const site = planSite(this, props, {
      servesHttp: bundles.http !== undefined,
      directory: this.#directory("site"),
    });
    this.functions = new Functions(this, "Functions", {
      ...props,
      ...site,
      environment,
      bundles,
      table: this.table,
      lane: this.lane,
      deadLetters: this.deadLetters,
      delays: delays.queue,
      fanOut: fanOut.queue,
      gateway: this.#gateway,
      ...(application && { application }),
      laneTimeout,
      metricsName: props.metrics === false ? undefined : this.node.path,
    });
    const { connect, disconnect, lane, heartbeat } = this.functions;
    const message = this.ordering === "none" ? lane : this.lane;
    const targets = { connect, disconnect, message, application: this.application };
    addRoutes(this.api, this.stage, targets, this);
    lanes.addConsumer(lane, props.laneConcurrency ?? 500);
    // One group has one batch at a time; the fewest that a FIFO source can be limited to.
    if (this.functions.application) application?.addConsumer(this.functions.application, 2);
    delays.addConsumer(lane);
    fanOut.addConsumer(this.functions.fanOut, props.fanOutConcurrency ?? 4);
    new Heartbeat(this, "Heartbeat", { target: heartbeat });
    // IAM rejects unauthorized callers before the function runs.
    this.publishUrl = this.functions.publish.addFunctionUrl({
      authType: FunctionUrlAuthType.AWS_IAM,
    }).url;
    // Browsers cannot sign. The function itself rejects what does not come through the site; see `originSecret`.
    this.httpUrl = this.functions.http?.addFunctionUrl({ authType: FunctionUrlAuthType.NONE }).url;
    this.site = site && addSite(this, { ...props, ...site, rooms: this });
  }

  /**
   * Inside the cloud assembly and named by this construct, so that two synths at a time, or two
   * applications in one, never read each other's half-written bundles.
   */
  #directory(what: "bundle" | "site"): string {
    return join(Stage.of(this)?.outdir ?? "cdk.out", `${what}.${this.node.addr}`);
  }

  /** A metric of the functions; without a statistic, the sum. See `METRICS`. */
  metric(name: MetricName, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { [METRIC_DIMENSION]: this.node.path },
      statistic: "Sum",
      ...options,
    });
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
      // Memberships only: other items hold handshakes and `socket.data`.
      conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["r*", "a*"] } },
    });
  }
}
