/** What passes, what is counted, and what may be changed: the moving part of `source.ts`. */

/** `5` and `"5"` are two rooms. */
export type Room = string | number;

/** Values of equal steps, the oldest first; `null` where nothing was measured. */
export interface Charts {
  readonly from: number;
  readonly stepMs: number;
  readonly series: Readonly<Record<SeriesName, readonly (number | null)[]>>;
}

/** What is counted; waits in milliseconds. */
export const SERIES = [
  "events",
  "posts",
  "waitMedian",
  "waitP95",
  "errors",
  "failedPosts",
  "connections",
  "coldStarts",
] as const;
export type SeriesName = (typeof SERIES)[number];

export type Direction = "in" | "out";

/** A packet that has passed, without its payload. */
export interface Passed {
  readonly id: number;
  readonly at: number;
  readonly direction: Direction;
  /** `event`, `ack`, `connect`, `disconnect`, `refused`; of the connection: `opened`, `closed`; of functions: `log`. */
  readonly kind: string;
  readonly namespace: string;
  /** Of an event, its name; of a log line, its text. */
  readonly name: string;
  readonly bytes: number;
  /** The socket, or the connection where it is in no namespace; the first where it went to several. */
  readonly socket: string;
  readonly connectionId: string;
  /** To how many it went. */
  readonly count: number;
  /** Posts that API Gateway refused. */
  readonly failed: number;
  /** Milliseconds from the event that asked to this ack. */
  readonly tookMs?: number;
}

export interface EventFilter {
  readonly namespace?: string | undefined;
  readonly event?: string | undefined;
  readonly socket?: string | undefined;
  readonly room?: string | undefined;
  readonly direction?: Direction | undefined;
}

export interface Audience {
  readonly namespace: string;
  /** None: every socket of the namespace. */
  readonly rooms: readonly Room[];
  readonly except: readonly Room[];
}

/** What the console may change. */
export type Action =
  | ({
      readonly type: "emit";
      readonly event: string;
      readonly args: readonly unknown[];
    } & Audience)
  | ({ readonly type: "join" | "leave"; readonly target: readonly Room[] } & Audience)
  | ({ readonly type: "disconnect"; readonly close: boolean } & Audience)
  | { readonly type: "redrive"; readonly queue: string };

/** What became of an action, for the person who asked for it. */
export interface Done {
  readonly message: string;
}
