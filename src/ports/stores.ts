import type { ApplicationStore } from "./application";
import type { AckStore } from "./invocation";
import type { Isolations } from "./isolations";
import type { FanOutJobs } from "./large-rooms";
import type { Orders } from "./orders";
import type { Presence } from "./presence";
import type { PacketLog, Sessions } from "./recovery";
import type { Requests } from "./requests";
import type { Spendings } from "./spendings";
import type { Namespaces, Rooms, Store } from "./store";

/** What a store gives to the functions that run the application: one object for each port. */
export interface Stores {
  readonly store: Store;
  readonly ackStore: AckStore;
  readonly sessions: Sessions;
  readonly log: PacketLog;
  readonly orders: Orders;
  readonly rooms: Rooms;
  readonly presence: Presence;
  readonly namespaces: Namespaces;
}

/** Every port that a store implements. */
export interface AllStores extends Stores {
  readonly fanOutJobs: FanOutJobs;
  readonly spendings: Spendings;
  readonly isolations: Isolations;
  readonly application: ApplicationStore;
  readonly requests: Requests;
}
