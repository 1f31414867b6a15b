import type { Room, SocketAddress } from "../ports";
import type { Doubt } from "./doubt";
import { attribute, type Item, readRooms } from "./items";
import { connectionKey } from "./keys";
import { type Change, inParts } from "./stays";
import type { Table } from "./table";

/** Changes the rooms of a socket; those of them in which it was, or `undefined` if it has ended. */
export async function changeRooms(
  table: Table,
  address: SocketAddress,
  rooms: readonly Room[],
  { doubt, ways }: { doubt: Doubt; ways: (rooms: readonly Room[]) => readonly Change[] },
): Promise<ReadonlySet<Room> | undefined> {
  const known = new Set<Room>();
  for (const some of inParts(rooms)) {
    let before: Item | undefined;
    for (const way of ways(some)) before ??= await updateSocket(table, address, way, doubt);
    if (!before) return undefined;
    const stored = new Set(readRooms(before[attribute.rooms(address.namespace)]));
    for (const room of some) if (stored.has(room)) known.add(room);
  }
  return known;
}

/** Updates the connection item on condition that this very socket is still in it. */
export function updateSocket(
  table: Table,
  address: SocketAddress,
  { expression, names, values, condition }: Change,
  doubt?: Doubt,
): Promise<Item | undefined> {
  const sameSocket = "#s.#i = :i";
  const update = {
    UpdateExpression: expression,
    ConditionExpression: condition ? `${sameSocket} AND ${condition}` : sameSocket,
    ExpressionAttributeNames: { ...names, "#s": attribute.socket(address.namespace), "#i": "i" },
    ExpressionAttributeValues: { ...values, ":i": address.socketId },
  };
  return table.update(connectionKey(address.connectionId), update, doubt?.raise);
}
