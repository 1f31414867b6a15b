import type { Answers } from "./invocation";
import type { Orders } from "./orders";
import type { Presence } from "./presence";
import type { PacketLog, Sessions } from "./recovery";
import type { Namespaces, Rooms, Store } from "./store";

/** What a store gives to the functions that run the application: one object for each port. */
export interface Stores {
  readonly store: Store;
  readonly answers: Answers;
  readonly sessions: Sessions;
  readonly log: PacketLog;
  readonly orders: Orders;
  readonly rooms: Rooms;
  readonly presence: Presence;
  readonly namespaces: Namespaces;
}
