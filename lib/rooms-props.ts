import type { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { ThrottleSettings } from "aws-cdk-lib/aws-apigatewayv2";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { SettingProps } from "../src/settings/props";
import type { OrderingChoice } from "./ordering";
import type { SiteProps } from "./site-props";

/** Properties of `Rooms`. */
export interface RoomsProps extends SettingProps, SiteProps {
  /** The application: the file of a Socket.IO server, as `node` would run it. */
  readonly entry: string;

  /**
   * Files and folders that the application reads and its source does not name by literal paths, from its own folder.
   *
   * @default - none
   */
  readonly files?: readonly string[];

  /**
   * `auto`: `application` where the source keeps something in memory or looks at all sockets, else `connection`; a line
   * says why.
   * `connection`: frames of one connection are handled in order, one at a time, through a queue.
   * `application`: the events of all connections go through one queue, one batch at a time, to one process that keeps
   * the whole application in memory: its variables, every socket, what its handlers share. About 300 events a second.
   * `none`: each frame invokes the function at once, in whatever order; lower latency. API Gateway waits 29 s for an
   * invocation, so handlers are waited for 22 s however long `laneTimeout` is. A frame that a throttled function
   * refuses is lost, and answered with an error frame on which a stock client reconnects.
   *
   * @default "auto"
   */
  readonly ordering?: OrderingChoice;

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
   * How many batches of events are handled at a time, 2 to 1,000. Above it events wait on their lanes, in order, and
   * go on as soon as another batch ends; beyond the account's concurrency Lambda refuses them, and each refused batch
   * waits for six times `laneTimeout`. So it should be what the account leaves for this.
   *
   * @default 500 - half of the 1,000 concurrent executions that an account has by default; new accounts have 10
   */
  readonly laneConcurrency?: number;

  /**
   * Environment variables of the application, for the functions that load it. Those of Lambda, of the AWS SDK and of
   * this project cannot be set; all of a function's take 4 KB at most. They are part of the template: a secret is
   * better kept in Secrets Manager.
   *
   * @default - none
   */
  readonly environment?: Readonly<Record<string, string>>;

  /**
   * Whether a function answers HTTP requests with the application's own HTTP server: Express, Fastify, Koa and the like.
   *
   * @see docs/http.md
   * @default - where the source gives an HTTP server something that answers
   */
  readonly http?: boolean;

  /**
   * Whether API Gateway refuses each connection that brings no API key (`x-api-key`) of a usage plan. Browsers cannot
   * send one: it is for a proxy in front, which adds it. `RoomsShield` makes both.
   *
   * @default false
   */
  readonly requireApiKey?: boolean;

  /**
   * How many slices of large broadcasts are sent at a time, 2 to 1,000. Each posts as fast as it can, or
   * `maxPostsPerSecond`: more help only as far as the account's requests a second go.
   *
   * @default 4
   */
  readonly fanOutConcurrency?: number;

  /**
   * Rate of frames, for all clients together.
   *
   * @default - 2,000 a second with bursts of 1,000
   */
  readonly throttle?: ThrottleSettings;

  /**
   * Rate of new connections, refused ones included, for all clients together. Each costs even where it is refused.
   *
   * @default - 100 a second with bursts of 500
   */
  readonly connectThrottle?: ThrottleSettings;

  /**
   * Whether the functions write metrics, in the namespace `LambdaRooms`.
   *
   * @see docs/operations.md for what they are and cost
   * @default true
   */
  readonly metrics?: boolean;

  /**
   * Whether X-Ray traces the functions, with a subsegment for each event and each broadcast. It samples one
   * request a second and 5 % of the others, at $5 a million.
   *
   * @default false
   */
  readonly tracing?: boolean;

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
