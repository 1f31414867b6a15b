import type { SQSClient } from "@aws-sdk/client-sqs";
import type { RoomsEnvironment } from "../emitter";

/** What a deployment may be changed to while it runs. */
export interface Settings {
  readonly logLevel?: "INFO" | "WARN";
  readonly tracing?: boolean;
}

/** A deployed stack, as clients and probes reach it. */
export interface Deployment {
  /** URL of the stage: `wss://…/prod`. */
  readonly endpoint: string;
  /** URL of the site, without a slash at the end. */
  readonly site: string;
  /** URL of the function behind it that serves HTTP. */
  readonly httpUrl: string;
  /** For `lambda-rooms/emitter`; URL and credentials. */
  readonly publisher: RoomsEnvironment;
  /** Environment with which `npm run redrive` reaches the queues. */
  readonly environment: NodeJS.ProcessEnv;
  readonly sqs: SQSClient;
  /** URLs of the lane's queue and of its dead letters. */
  readonly queues: { readonly lane: string; readonly deadLetters: string };
  /** How long the deployment took. */
  readonly tookMs: number;
}

/** A line of a function's log. */
export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly text: string;
}

/** Where the probes run: AWS, or the local stack. What only AWS has is in `control`. */
export interface Platform {
  readonly name: "aws" | "local";
  /** After how long API Gateway closes a connection without data. */
  readonly idleMs: number;
  /** How long a log line or a metric may take to arrive. */
  readonly telemetryMs: number;
  /** Creates or updates the stack. */
  deploy(settings: Settings): Promise<Deployment>;
  /** Deletes the stack. @returns what is left, by name */
  destroy(): Promise<string[]>;
  /** Lines of the lane function's log that hold the text, the oldest first. */
  findLogLines(text: string, since: number): Promise<LogLine[]>;
  /**
   * Invocations of the lane function by what `during` does.
   *
   * @param marker invokes it once, by which a platform with late metrics sees that they are complete
   */
  countInvocations(during: () => Promise<void>, marker: () => Promise<void>): Promise<number>;
  /** Begins to add up a metric of `LambdaRooms`. @returns what asks for its sum since then */
  watchMetric(name: string): () => Promise<number>;
  /** Stops pings, so that a silent connection stays silent. */
  pauseHeartbeat(): Promise<void>;
  /** Runs with a stage that lets so many frames a second through; `use` is given its endpoint. */
  withThrottle<T>(perSecond: number, use: (endpoint: string) => Promise<T>): Promise<T>;
  /** Runs with a stage that closes idle connections after `idleMs`; `use` is given its endpoint. */
  withIdleLimit<T>(use: (endpoint: string) => Promise<T>): Promise<T>;
  /** Runs with a deployment whose containers may die: what dies comes back after the visibility timeout. */
  withDeaths<T>(use: (deployment: Deployment) => Promise<T>): Promise<T>;
  readonly control?: Control;
}

/** The account, and services of AWS that the local stack does not have. */
export interface Control {
  identify(): Promise<{ readonly account: string; readonly region: string }>;
  /** Concurrent executions of Lambda: the account's quota, and how many no function has reserved. */
  concurrency(): Promise<{ readonly limit: number; readonly unreserved: number }>;
  /** ARN of the role with which API Gateway writes logs, if the account has one. */
  logRole(): Promise<string | undefined>;
  /** Lets CloudFormation check the template without deploying it. */
  prepareChangeSet(): Promise<void>;
  /** States of the stack's event sources. */
  eventSourceStates(): Promise<string[]>;
  /** Metrics of the WebSocket API in a minute of its own: name to sum. */
  gatewayMetrics(
    names: readonly string[],
    during: () => Promise<void>,
    marker: () => Promise<void>,
  ): Promise<Record<string, number>>;
  /** Credentials of a role that may call function URLs and nothing else: it lacks `lambda:InvokeFunction`. */
  restrictedPublisher(): Promise<RoomsEnvironment>;
  /** Names of the subsegments that X-Ray has of the lane function since a moment. */
  traceSegments(since: number): Promise<string[]>;
}
