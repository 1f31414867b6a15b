import { Namespace } from "socket.io";
import type { AckFlags } from "../adapter/broadcasts";
import { currentContext } from "../context/event-context";
import { currentAskedAcks } from "./asked-acks";

/** Socket.IO's operator, as far as it is replaced (socket.io 4.8.4, `lib/broadcast-operator.ts`). */
interface BroadcastOperator {
  readonly adapter: unknown;
  readonly rooms: unknown;
  readonly exceptRooms: unknown;
  readonly flags: AckFlags & { readonly expectSingleResponse?: boolean };
  emit(event: string, ...args: unknown[]): boolean;
}
interface OperatorClass {
  new (...parts: unknown[]): BroadcastOperator;
  readonly prototype: BroadcastOperator;
}
type Callback = (error: Error | null, responses: unknown) => void;

/** Its package does not export the class. */
export function findOperatorClass(): OperatorClass {
  const operator = Namespace.prototype.to.call({ adapter: {} } as Namespace, "any");
  return operator.constructor as unknown as OperatorClass;
}

/**
 * Wraps `BroadcastOperator.emit`. A broadcast with an ack and without a timeout waits until it is known how many clients
 * it asks: Socket.IO gives such a one a millisecond, enough to see in its memory that no client is there, too short for a
 * read of the table.
 */
export function askUntilCounted(
  emit: BroadcastOperator["emit"],
  Operator: OperatorClass,
): BroadcastOperator["emit"] {
  return function (this: BroadcastOperator, event, ...args) {
    const { adapter, rooms, exceptRooms, flags } = this;
    if (typeof args.at(-1) !== "function") return emit.call(this, event, ...args);
    const askedAcks = currentAskedAcks();
    const given = args.pop() as Callback;
    if (currentContext().isMuted) {
      if (!askedAcks?.isAcked(event)) return emit.call(this, event, ...args, given);
      askedAcks.askAgain(event, given as never);
      return true;
    }
    const callback = waitedFor(
      event,
      (askedAcks?.keep(event, given as never) ?? given) as Callback,
    );
    if (flags.timeout !== undefined) return emit.call(this, event, ...args, callback);
    let onAsked: AckFlags["onAsked"];
    const asked = new Promise<number | undefined>((resolve) => {
      onAsked = resolve;
    });
    const patient = new Operator(adapter, rooms, exceptRooms, {
      ...flags,
      onAsked,
    });
    const settle: Callback = (error, responses) => {
      if (!error) return callback(null, responses);
      void asked.then((count) => {
        if (count !== 0) callback(error, responses);
        else callback(null, flags.expectSingleResponse ? undefined : []);
      });
    };
    return emit.call(patient, event, ...args, settle);
  };
}

/** The event waits for a callback, which Socket.IO always calls: at the last answer, or by its own timer. */
function waitedFor(event: string, callback: Callback): Callback {
  const ended = currentContext().begin(`the callback of a broadcast of "${event}"`);
  return (error, responses) => {
    try {
      callback(error, responses);
    } finally {
      ended();
    }
  };
}
