import type { Socket } from "socket.io";

/** The event that a callback acknowledges. */
interface AskedBy {
  readonly socket: Socket;
  readonly id: unknown;
  /** Whether the client has it: a second call sends nothing. */
  isGiven: boolean;
}

const acks = new WeakMap<object, AskedBy>();

/** Call for each callback that an application gets with an event. */
export function noteAck(callback: object, by: AskedBy): void {
  acks.set(callback, by);
}

export function askedBy(callback: object): AskedBy | undefined {
  return acks.get(callback);
}
