import type { Namespace } from "socket.io";

/** A listener as `rawListeners` gives it: one for one time has the application's as `listener`. */
export type Listener = ((...args: unknown[]) => unknown) & { readonly listener?: Listener };

/** What hosting has to know of a namespace of this process, besides what Socket.IO keeps on it. */
export class HostedNamespace {
  /** The last ack id that it gave out. */
  lastAckId = -1;
  /**
   * All listeners that have ever been registered for an event, in their order: containers that load the same file agree
   * on the places.
   */
  readonly listeners = new Map<string, Listener[]>();
  /** The host made it again, and not the application itself, whose listeners would go with it. */
  isRemade = false;
  /** When this container last wrote its name to the table, epoch milliseconds. */
  keptAt = 0;
}

const records = new WeakMap<Namespace, HostedNamespace>();

/** The record of a namespace: one for its time in this process. */
export function hostedNamespace(namespace: Namespace): HostedNamespace {
  const existing = records.get(namespace);
  if (existing) return existing;
  const record = new HostedNamespace();
  records.set(namespace, record);
  return record;
}
