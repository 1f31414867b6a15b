import { inspect } from "node:util";
import { gather } from "../../src/store/dynamo/apart";
import type { Item } from "../../src/store/dynamo/item";
import { readRooms } from "../../src/store/dynamo/items";
import { namespaceKey, partKey, registryKey, roomPartition } from "../../src/store/dynamo/keys";
import type { Gateway } from "./gateway";
import { standing } from "./orders";
import type { Talker } from "./talker";

/** Items of connections, of memberships in rooms and in namespaces. */
const MEMBERS = /^[rac]/;

/** Compares the table with who is connected, when nothing is under way. @param repeated see `Doubts` */
export function checkLiving(
  items: readonly Item[],
  talkers: readonly Talker[],
  gateway: Gateway,
  repeated: ReadonlySet<string>,
) {
  const wanted = new Set<string>();
  const unknown = new Set<string>();
  for (const id of gateway.open) wanted.add(`connection ${id}`);
  for (const talker of talkers) {
    const wire = talker.wire?.connectionId;
    for (const [namespace, { socketId }] of talker.present) {
      const { p, s } = namespaceKey(namespace, socketId);
      wanted.add(`${p} ${s} of ${wire}`);
      for (const room of [socketId, ...talker.roomsIn(namespace)]) {
        const name = `${roomPartition(namespace, room)} ${socketId} of ${wire}`;
        const how = standing(talker, namespace, room, { talkers, repeated });
        if (how === "in") wanted.add(name);
        else if (how === "unknown") unknown.add(name);
      }
    }
  }
  const found = new Map(
    items
      .filter(({ p }) => MEMBERS.test(p as string))
      // A client that has gone without the gateway noticing is a member still.
      .filter(({ p, c }) => (p as string).startsWith("c") || !gateway.isSilent(c as string))
      .map((item) => [nameOf(item), item]),
  );
  return [
    ...[...wanted].filter((name) => !found.has(name)).map((name) => `not in the table: ${name}`),
    ...[...found]
      .filter(([name, item]) => !wanted.has(name) && !unknown.has(name) && !isIdler(item))
      .filter(([, item]) => !isAbandoned(item) || gateway.open.has(item.c as string))
      .map(([name]) => `left in the table: ${name}`),
  ];
}

/** Each room is registered with as many members as it has. */
export function checkRegistry(items: readonly Item[]): string[] {
  const members = new Map<string, number>();
  for (const item of items) {
    const socket = (item.p as string).startsWith("c") ? socketsOf(whole(item, items)) : [];
    for (const { namespace, id, rooms } of socket) {
      for (const room of rooms.filter((one) => one !== id)) {
        const { p, s } = registryKey(namespace, room);
        members.set(`${p} ${s}`, (members.get(`${p} ${s}`) ?? 0) + 1);
      }
    }
  }
  const rooms = items.filter(({ p }) => (p as string).startsWith("n"));
  const known = new Set(rooms.map(({ p, s }) => `${p} ${s}`));
  return [
    ...[...members.keys()].filter((name) => !known.has(name)).map((name) => `no room: ${name}`),
    ...rooms
      // A room in doubt is counted by its members.
      .filter(({ p, s, n, x }) => x === undefined && n !== (members.get(`${p} ${s}`) ?? 0))
      .map(
        ({ p, s, n }) => `room ${p} ${s} has ${members.get(`${p} ${s}`) ?? 0} members, not ${n}`,
      ),
  ];
}

/** What is left of members, rooms and presence when every client has gone. */
export function checkEmpty(items: readonly Item[]): string[] {
  return (
    items
      .filter((item) => /^[racnw]/.test(item.p as string) && !isAbandoned(item))
      // In doubt, and counted by members: as empty when TTL has removed those.
      .filter((item) => item.x === undefined || !items.some((one) => isAbandonedIn(item, one)))
      // A room that was deleted in doubt: TTL removes it.
      .filter(({ p, d }) => !(p as string).startsWith("n") || d === undefined)
      // A name that is away without a notice to its room: TTL removes it.
      .filter(({ p, i }) => !(p as string).startsWith("w") || (i as Set<string>)?.size > 0)
      .map(
        (item) =>
          `left when all had gone: ${inspect(item, { breakLength: Number.POSITIVE_INFINITY })}`,
      )
  );
}

/**
 * A function died while it restored a session, and the client came back with a new one: TTL removes the membership after a
 * quarter of an hour (ARCHITECTURE.md, "Recovery").
 */
function isAbandoned({ p, w, e }: Item): boolean {
  return /^[ra]/.test(p as string) && w !== undefined && e !== undefined;
}

/** @param room its item in the registry */
function isAbandonedIn(room: Item, member: Item): boolean {
  if (!isAbandoned(member) || !(room.p as string).startsWith("n")) return false;
  const [namespace] = (room.p as string).slice(1).split(",");
  return member.p === `r${namespace},${room.s}`;
}

/** A connection's item with its parts, if it has some. */
function whole(item: Item, items: readonly Item[]): Item {
  if (item.z === undefined) return item;
  const { p: place } = partKey(item.s as string, item.z as string, "");
  return gather(
    item,
    items.filter(({ p }) => p === place),
    [],
  );
}

/**
 * The heartbeat does not ping a JSON client that is in no namespace (README.md, "Limits of the platform"): that such a
 * one was lost shows when it is older than a connection can be.
 */
export function isIdler(item: Item): boolean {
  return (item.p as string).startsWith("c") && item.t === "j" && socketsOf(item).length === 0;
}

function socketsOf(item: Item) {
  return Object.entries(item).flatMap(([name, value]) => {
    if (!name.startsWith("s:")) return [];
    const namespace = name.slice(2);
    return { namespace, id: (value as { i: string }).i, rooms: readRooms(item[`r:${namespace}`]) };
  });
}

function nameOf({ p, s, c }: Item): string {
  return c === undefined ? `connection ${s}` : `${p} ${s} of ${c}`;
}
