import type { Hearing, Order, Orders, Room } from "../ports";
import { createOffset, latestOffset, offsetAt } from "../wire/offset";
import type { Audience } from "./audience";
import { logsOf } from "./broadcast-log";
import { type FormerRooms, isExcepted, joinedAt } from "./hearings";

/** Rooms whose orders are read at a time. */
const CONCURRENCY = 20;
/** More orders to one room than that are not gone through: the client gets a new session. */
const MAX_ORDERS = 1000;

/** Keeps an order for the sessions whose clients are away: `disconnectSockets` and `socketsLeave` reach them too. */
export function keepOrder(
  orders: Orders,
  namespace: string,
  { rooms, except, leave }: Audience & Pick<Order, "leave">,
  keepMs: number,
): Promise<void> {
  const order = { offset: createOffset(), except: [...except], ...(leave && { leave }) };
  return orders.keep(namespace, logsOf(rooms), order, keepMs);
}

interface Away {
  readonly namespace: string;
  /** In which it comes back. */
  readonly rooms: readonly Room[];
  /** What it had to leave by orders that have been read before. */
  readonly former: FormerRooms;
  readonly hearing: Hearing;
  /** How long orders are kept. */
  readonly keepMs: number;
}

/** Those of its rooms that a session had to leave while its client was away. `undefined` if it was disconnected. */
export async function roomsLeft(orders: Orders, away: Away): Promise<FormerRooms | undefined> {
  const left = new Map<Room, string>();
  const sources = [undefined, ...away.rooms];
  for (let start = 0; start < sources.length; start += CONCURRENCY) {
    const some = sources.slice(start, start + CONCURRENCY);
    const found = await Promise.all(some.map((room) => meantFor(orders, away, room)));
    for (const order of found.flat()) {
      if (order?.leave === undefined) return undefined;
      for (const room of order.leave) {
        const isIn = away.rooms.includes(room) && order.offset > since(away, room);
        if (isIn) left.set(room, latestOffset(left.get(room) ?? "", order.offset));
      }
    }
  }
  return left;
}

/** The orders to a room that its session was meant by; `undefined` among them if they are too many. */
async function meantFor(
  orders: Orders,
  away: Away,
  room: Room | undefined,
): Promise<(Order | undefined)[]> {
  const { namespace, hearing, keepMs } = away;
  const found: (Order | undefined)[] = [];
  let count = 0;
  const after = latestOffset(hearing.after, offsetAt(Date.now() - keepMs), since(away, room));
  for await (const page of orders.since(namespace, room, after)) {
    count += page.length;
    if (count > MAX_ORDERS) return [undefined];
    found.push(...page.filter((order) => isMeant(away, order)));
  }
  return found;
}

/** Whether no room excepts a session, by the rooms that it had then. */
function isMeant({ hearing, former }: Away, order: Order): boolean {
  const { left = "" } = hearing;
  // It was there, and has left rooms since: those who gave the order have seen then whether it was meant.
  if (order.except.length > 0 && order.offset < left) return false;
  return !isExcepted(hearing, former, order);
}

function since({ hearing }: Away, room: Room | undefined): string {
  return room === undefined ? "" : joinedAt(hearing, room);
}
