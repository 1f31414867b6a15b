/** What clients do, one after the other or at once, and how long they wait in between. */

export const CLIENTS = ["a", "b", "c"] as const;
export type ClientName = (typeof CLIENTS)[number];

/** One thing that a client does. It is passed over if the client cannot do it then. */
export type Act =
  /** Over a new connection, also while the old one closes. */
  | { readonly act: "connect"; readonly client: ClientName }
  /** Says that it leaves, and closes. */
  | { readonly act: "leave"; readonly client: ClientName }
  /** Closes its connection silently. */
  | { readonly act: "drop"; readonly client: ClientName }
  /** @param word its place in the application's vocabulary */
  | { readonly act: "say"; readonly client: ClientName; readonly word: number };

export type Step =
  /** What the server gets at once, in this order. */
  | { readonly step: "batch"; readonly acts: readonly Act[] }
  | { readonly step: "pass"; readonly ms: number };

/** Before which batches another container takes the place of the one before. */
export type Fresh = "every" | "some" | "none";

export interface Program {
  /** One of `test/memory/apps` or of `apps`, or the source of another. */
  readonly app: string | { readonly source: string };
  readonly fresh: Fresh;
  /** Whether timers fire when SQS wakes the lane, up to a second late, and not as they are due. */
  readonly late?: boolean;
  readonly steps: readonly Step[];
}

/** What a server is given of a connection. */
export type Incoming =
  | { readonly type: "open"; readonly id: string }
  | { readonly type: "frame"; readonly id: string; readonly text: string }
  | { readonly type: "close"; readonly id: string };

/** What a client answers at once to a frame that it gets, if anything. */
export type AnswerTo = (id: string, frame: string) => string | undefined;

/** One of the two servers with the application, as its clients see it. */
export interface Side {
  answerTo: AnswerTo;
  /** Gives the server what has come at once, and waits until it has done all that this asks for. */
  receive(incoming: readonly Incoming[]): Promise<void>;
  /** Lets time pass, and timers fire. */
  pass(ms: number): Promise<void>;
  /** What connections were sent since the last look, in order. */
  take(): ReadonlyMap<string, readonly string[]>;
  /** When it looked for timers that are due, where these are late; epoch milliseconds. */
  readonly moments?: readonly number[];
  /** What was logged of the application or its memory. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}
