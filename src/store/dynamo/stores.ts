import type { Stores } from "../../ports";
import { DynamoAcks } from "./acks";
import { DynamoStore } from "./dynamo-store";
import { DynamoNamespaces } from "./namespaces";
import { DynamoOrders } from "./orders";
import { DynamoLog } from "./packet-log";
import { DynamoPresence } from "./presence";
import { RoomRegistry } from "./room-registry";
import { DynamoSessions } from "./sessions";
import type { Table } from "./table";

/** Every port of the host, over one table. */
export function createStores(table: Table): Stores {
  return {
    store: new DynamoStore(table),
    ackStore: new DynamoAcks(table),
    sessions: new DynamoSessions(table),
    log: new DynamoLog(table),
    orders: new DynamoOrders(table),
    rooms: new RoomRegistry(table),
    presence: new DynamoPresence(table),
    namespaces: new DynamoNamespaces(table),
  };
}
