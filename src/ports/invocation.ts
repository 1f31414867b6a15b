import type { ConnectionId, ConnectionRecord } from "./records";
import type { Sender } from "./sender";

/** A client's ack of an event. */
export interface Ack {
  readonly connectionId: ConnectionId;
  readonly args: readonly unknown[];
}

/** Answers on their way from the lane that received them to the invocation that waits for them. */
export interface AckStore {
  /** One for each connection: the last that it gave. Arguments come back as V8 serializes them, bytes among them. */
  put(namespace: string, ackId: number, answer: Ack): Promise<void>;
  /** All answers to an event so far, by the order of the connections' ids. */
  read(namespace: string, ackId: number): Promise<readonly Ack[]>;
  /** Idempotent. */
  remove(namespace: string, ackId: number, from: readonly ConnectionId[]): Promise<void>;
}

/** Answers that the running invocation waits for. */
export interface Acks {
  /**
   * Waits for the answers of some connections to one event and hands them over as they come, each
   * connection's once. The invocation does not end before the last has come or the deadline is over.
   */
  collect(ack: PendingAck): void;
}

export interface PendingAck {
  readonly namespace: string;
  readonly ackId: number;
  readonly from: ReadonlySet<ConnectionId>;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly onAck: (from: ConnectionId, args: readonly unknown[]) => void;
  /** Called at the deadline if an answer is still missing. */
  readonly onGiveUp?: () => void;
}

/**
 * The effects of the running invocation. They happen in the order in which they were asked for, one
 * after the other, and the invocation ends when all have. In a replay they do not happen at all.
 */
export interface Effects {
  /** Whether a replay is running: its effects have happened before. */
  isMuted(): boolean;
  /**
   * Queues an effect. The promise settles with it; it may be left alone, since a failure also fails
   * the event, which its lane then delivers again. A `TypeError` or `RangeError` is a mistake of the
   * application: it is logged and nothing is delivered again. Do not call while muted.
   */
  run<T>(label: string, effect: () => Promise<T>): Promise<T>;
  /** Does something for which no effect waits, but the invocation does. A failure is logged. */
  runInBackground(label: string, work: () => Promise<void>): void;
  /** Whether the event was delivered before: what it asks for may have been done already. */
  isRepeated(): boolean;
  /** When the invocation stops waiting, epoch milliseconds: what has not ended then is delivered again. */
  deadline(): number;
  /** The connection whose event is being handled. */
  connection(): Pick<ConnectionRecord, "id" | "protocol"> | undefined;
  /** The client of that connection; none for what other code publishes. */
  sender(): Sender | undefined;
}
