import { defined } from "../../defined";
import type { Room, SocketAddress } from "../../ports";
import type { Doubt } from "./doubt";
import type { Item } from "./item";
import { attribute, readRooms } from "./items";
import { connectionKey } from "./keys";
import type { Table } from "./table";

/** A change of a socket in its connection's item, by the clauses of the update, and when it is allowed besides. */
export interface Change {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly add?: readonly string[];
  readonly delete?: readonly string[];
  /** Besides `#s`, which is the socket. */
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
  readonly condition?: string;
  /** Not what it was: that may be large. */
  readonly isSilent?: boolean;
}

/** All of the connection is in its own item: see `apart.ts`. */
export const IS_WHOLE = "attribute_not_exists(z)";

/** Each write counts: what becomes parts of their own must not have changed meanwhile. */
const COUNT = "m :one";

/** Updates the connection item on condition that this very socket is still in it. */
export function updateSocket(
  table: Table,
  { connectionId, namespace, socketId }: SocketAddress,
  change: Change,
  doubt?: Doubt,
): Promise<Item | undefined> {
  const sameSocket = "#s.#i = :i";
  const { condition, names, values } = change;
  const update = {
    UpdateExpression: expressionOf({ ...change, add: [...(change.add ?? []), COUNT] }),
    ConditionExpression: condition ? `${sameSocket} AND ${condition}` : sameSocket,
    ExpressionAttributeNames: { ...names, "#s": attribute.socket(namespace), "#i": "i" },
    ExpressionAttributeValues: { ...values, ":i": socketId, ":one": 1 },
    ...defined({ ReturnValues: change.isSilent ? "NONE" : undefined }),
  };
  return table.update(connectionKey(connectionId), update, doubt?.raise);
}

/** Changes the rooms of a socket; those of them in which it was, or `undefined` if they are not in this item (any more). */
export async function changeRooms(
  table: Table,
  address: SocketAddress,
  rooms: readonly Room[],
  { doubt, ways }: { doubt: Doubt; ways: (rooms: readonly Room[]) => readonly Change[] },
): Promise<ReadonlySet<Room> | undefined> {
  const known = new Set<Room>();
  for (const [place, some] of inParts(rooms).entries()) {
    let before: Item | undefined;
    for (const way of ways(some)) before ??= await updateSocket(table, address, way, doubt);
    if (!before) {
      // The rooms before these are changed: asked again, they would tell what this call has left.
      if (place > 0) doubt.raise();
      return undefined;
    }
    const stored = new Set(readRooms(before[attribute.rooms(address.namespace)]));
    for (const room of some) if (stored.has(room)) known.add(room);
  }
  return known;
}

function expressionOf(change: Change): string {
  const clauses = ["set", "remove", "add", "delete"] as const;
  return clauses
    .flatMap((clause) => {
      const parts = change[clause] ?? [];
      return parts.length > 0 ? [`${clause.toUpperCase()} ${parts.join(", ")}`] : [];
    })
    .join(" ");
}

/** An expression holds 4 KB: so many rooms fit. */
const MAX_ROOMS = 50;

function inParts(rooms: readonly Room[]): Room[][] {
  const distinct = [...new Set(rooms)];
  const parts: Room[][] = [];
  for (let start = 0; start < distinct.length; start += MAX_ROOMS) {
    parts.push(distinct.slice(start, start + MAX_ROOMS));
  }
  return parts;
}
