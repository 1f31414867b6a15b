import { type Clock, machineClock } from "./clock";
import type { Traffic } from "./traffic";

/** What the platform's clocks say. All of them can be shortened, so that tests need not wait for hours. */
export interface Timings {
  /** By which the other times go, but those of functions and networks. @default - the machine's */
  readonly clock: Clock;
  /** A connection without traffic is closed after this long. AWS: 10 minutes, fixed. */
  readonly idleMs: number;
  /** A connection is closed after this long, whatever it does. AWS: 2 hours, fixed. */
  readonly durationMs: number;
  /** How often idle and old connections are looked for; AWS was seen to be about 4 s late. */
  readonly idleCheckMs: number;
  /** Cap on every integration call. AWS: 29 s, fixed; a template may ask for less. */
  readonly integrationMs: number;
  /** The 101 leaves a random 0 to this long after `$connect` returned; posts get 410 until then. */
  readonly upgradeDelayMs: number;
  /** How long a client may take to answer a close frame before its TCP connection is cut. */
  readonly closeGraceMs: number;
  /** A request to `@connections` signed at a time further off than this is refused. AWS: 5 minutes. */
  readonly signatureSkewMs: number;
  /** Upper bound on every visibility timeout, so that a failed batch returns soon. @default - none */
  readonly maximumVisibilityMs: number;
  /** SQS FIFO remembers deduplication ids for this long. AWS: 5 minutes. */
  readonly deduplicationMs: number;
  /** What schedules, and Lambda's retries of their events, take for a minute. */
  readonly minuteMs: number;
  /** How long everything must stay quiet before `idle()` resolves. */
  readonly settleMs: number;
}

/** The platform's quotas, and what this machine can bear. */
export interface Limits {
  /** Frames in and posts out per second, together (the account's throttle). */
  readonly requestsPerSecond: number;
  /** How many requests may come at once before the rate applies. */
  readonly requestBurst: number;
  /** New connections per second. */
  readonly connectionsPerSecond: number;
  /** Longest URL of a handshake, scheme and host included. AWS: 4,096, fixed. */
  readonly urlCharacters: number;
  /** Largest frame a client may send. */
  readonly frameBytes: number;
  /** Largest message, either way. */
  readonly messageBytes: number;
  /** Bytes that may wait for one slow reader before posts to it get 429. AWS does not say how many. */
  readonly slowReaderBytes: number;
  /** Executions of the account's functions at a time. AWS: 1,000, in new accounts 10. */
  readonly concurrency: number;
  /** Containers of one function that may live at a time on this machine. */
  readonly containers: number;
  /** New containers kept loaded for each function. */
  readonly spareContainers: number;
  /** Used containers kept for each function. */
  readonly idleContainers: number;
}

/** Where a line was written: by a function, or by the stack itself as a warning. */
export interface LogLine {
  /** Logical id of the function; `local` for the stack's own lines. */
  readonly function: string;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** A request that was answered. */
export interface AnsweredRequest {
  /** Path and query, as the client has sent them. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly address: string;
}

/** What a function has sent to a connection by the management API. */
export interface Post {
  readonly connectionId: string;
  /** What it was answered: 200, if the connection has it. */
  readonly status: number;
  readonly body: Buffer;
}

/** Options of {@link startLocalStack}. */
export interface LocalStackOptions {
  /** Path of the synthesized cloud assembly (`cdk.out`), holding exactly one stack. */
  readonly assembly: string;
  /** Port of the WebSocket stage, 0 for any free one. @default 3000 */
  readonly port?: number;
  /**
   * A further address for the WebSocket stage, `0.0.0.0` or `::` for all of them. The other services stay on
   * loopback.
   * @default - loopback alone
   */
  readonly host?: string;
  /** Port of a function's URL, by its logical id; 0 for any free one. @default - any free one */
  readonly functionUrlPort?: (logicalId: string) => number;
  /** Whether a function loads before the others, by its logical id. @default - all load at once */
  readonly isFirst?: (logicalId: string) => boolean;
  /**
   * The port of a debugger for a function, by its logical id. The function runs in one process that stays, and has
   * as much time as a person takes.
   * @default - none
   */
  readonly inspectPort?: (logicalId: string) => number | undefined;
  /** URL path to file on disk, served on plain GET. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** @default - AWS's own times */
  readonly timings?: Partial<Timings>;
  /** @default - AWS's own quotas */
  readonly limits?: Partial<Limits>;
  /** @default - nothing goes wrong */
  readonly faults?: Faults;
  /** Accept the permessage-deflate extension, as AWS does. @default false */
  readonly compression?: boolean;
  /** Never serve two invocations of one connection from the same container. @default true */
  readonly freshContainers?: boolean;
  /** Gets each HTTP request to the stage's port that was answered, and each handshake that led nowhere. */
  readonly onRequest?: (request: AnsweredRequest) => void;
  /** Gets what passes at API Gateway, for a person who watches. @default - it is not looked at */
  readonly onTraffic?: (traffic: Traffic) => void;
  /** Gets each post to a connection. */
  readonly onPost?: (post: Post) => void;
  /** Receives what functions print and what the stack warns of. @default - lines are dropped */
  readonly log?: (line: LogLine) => void;
}

/** What AWS does to a stack now and then. Each is asked at its moment, and does nothing where it is left out. */
export interface Faults {
  /**
   * A request to DynamoDB: throttled, or answered 500 without being carried out, or after it has been. Of a batch a part
   * alone may be carried out.
   */
  readonly database?: () => "throttle" | "fail" | "lose answer" | "partial" | undefined;
  /** A post to a connection: refused by status, or cut off before or after it has been delivered. */
  readonly post?: () => 429 | 500 | "reset" | "lose answer" | undefined;
  /** An invocation whose container dies after so many milliseconds. */
  readonly kill?: (logicalId: string) => number | undefined;
}

/** Times of AWS. */
export const defaultTimings: Timings = {
  clock: machineClock,
  idleMs: 600_000,
  durationMs: 7_200_000,
  idleCheckMs: 4_000,
  integrationMs: 29_000,
  upgradeDelayMs: 50,
  closeGraceMs: 2_000,
  signatureSkewMs: 300_000,
  maximumVisibilityMs: Number.POSITIVE_INFINITY,
  deduplicationMs: 300_000,
  minuteMs: 60_000,
  settleMs: 30,
};

/** Quotas of AWS, and bounds that suit a laptop. */
export const defaultLimits: Limits = {
  requestsPerSecond: 10_000,
  requestBurst: 5_000,
  connectionsPerSecond: 500,
  urlCharacters: 4_096,
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  slowReaderBytes: 1024 * 1024,
  concurrency: 1_000,
  containers: 64,
  spareContainers: 2,
  idleContainers: 4,
};
