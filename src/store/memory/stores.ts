import type { AllStores, Member } from "../../ports";
import { MemoryApplication } from "./application";
import { Connections } from "./connections";
import { MemoryFanOutJobs } from "./fan-out-jobs";
import { MemoryLog, MemoryOrders } from "./logs";
import { Memberships } from "./memberships";
import { Memory, type MemoryOptions } from "./memory";
import { MemoryStore } from "./memory-store";
import { MemoryNamespaces } from "./namespaces";
import { MemoryPresence } from "./presence";
import { MemoryRequests } from "./requests";
import { MemoryRooms } from "./rooms";
import { MemorySessions } from "./sessions";
import { MemoryAcks, MemoryIsolations, MemorySpendings } from "./small-ports";

/** Every port, and what tests ask besides. */
export interface MemoryStores extends AllStores {
  /** How many things are kept: as many as the table would have items. */
  size(): number;
  /** Every membership, of rooms and of namespaces. */
  memberships(): readonly Member[];
}

/**
 * The twin of the table: every port in plain maps, for tests. It keeps what the ports promise, and `runStoreTests` holds
 * both to it. Names and values that no item
 * would hold are refused as the table refuses them; requests, keys and lost answers are not imitated.
 */
export function createMemoryStores(options: MemoryOptions = {}): MemoryStores {
  const memory = new Memory(options);
  const connections = new Connections(memory);
  const memberships = new Memberships(memory);
  const sessions = new MemorySessions(memory);
  const stores = {
    store: new MemoryStore({ memory, connections, memberships, sessions }),
    ackStore: new MemoryAcks(memory),
    sessions,
    log: new MemoryLog(memory),
    orders: new MemoryOrders(memory),
    rooms: new MemoryRooms(memory, memberships),
    presence: new MemoryPresence(memory),
    namespaces: new MemoryNamespaces(memory),
    fanOutJobs: new MemoryFanOutJobs(memory, memberships),
    spendings: new MemorySpendings(memory),
    isolations: new MemoryIsolations(memory),
    application: new MemoryApplication(memory),
    requests: new MemoryRequests(memory),
  };
  const kept = [connections, memberships, ...Object.values(stores)];
  return {
    ...stores,
    size: () => kept.reduce((sum, { size }) => sum + size, 0),
    memberships: () => memberships.all(),
  };
}
