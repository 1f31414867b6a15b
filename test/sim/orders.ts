import { type Heard, type Stay, show } from "./said";
import type { Talker } from "./talker";

/** What the application is asked to do to the members of a room: to leave it, to be disconnected. */
export interface Order {
  readonly what: "leave" | "disconnect" | "close";
  readonly namespace: string;
  readonly room: string;
  /** Members of this room are not meant. */
  readonly except: readonly string[];
  /** Of the talker that asked. */
  readonly connection: string;
  readonly at: number;
  /** When the talker learned that it was done; absent while it has not. */
  doneAt?: number;
  /** Sockets that were members for as long as it took, also those whose clients were away. */
  targets: readonly Target[];
}

export interface Target {
  readonly talker: Talker;
  readonly socketId: string;
  readonly stay: Stay;
}

/** What orders leave open of a stay in a room: the client of a socket that had to leave is not notified. */
export type Standing = "in" | "out" | "unknown";

export interface OrderLog {
  readonly talkers: readonly Talker[];
  /** Connections of which an event came again. */
  readonly repeated: ReadonlySet<string>;
}

/** What of a run concerns its orders. */
export interface OrderEvidence extends OrderLog {
  /** When the client began to open a connection. */
  readonly begunAt: (connectionId: string) => number;
}

/** The sockets that an order given now reaches for certain. */
export function targetsOf(
  { namespace, room, except }: Pick<Order, "namespace" | "room" | "except">,
  talkers: readonly Talker[],
): Target[] {
  return talkers.flatMap((talker) => {
    const { socketId, rooms } = talker.sessionIn(namespace) ?? {};
    const stay = rooms?.get(room);
    if (!socketId || stay?.since === undefined || except.some((one) => rooms?.has(one))) return [];
    return [{ talker, socketId, stay }];
  });
}

/** Those of them that have not left the room, nor asked for another stay there, since. */
export function stillThere({ namespace, room, targets }: Order): Target[] {
  return targets.filter(({ talker, socketId, stay }) => {
    const session = talker.sessionIn(namespace);
    return (
      session?.socketId === socketId && session.rooms.get(room) === stay && stay.since !== undefined
    );
  });
}

/** No session that was disconnected comes back, and none hears a room that it had to leave. */
export function checkOrders(evidence: OrderEvidence): string[] {
  return ordersOf(evidence.talkers).flatMap((order) =>
    reached(order, evidence).flatMap((target) =>
      order.what === "leave"
        ? checkLeft(order, target, evidence)
        : checkDisconnected(order, target, evidence),
    ),
  );
}

/** The targets that no other order may have taken out of the room before. */
function reached(order: Order, { talkers, repeated }: OrderLog): readonly Target[] {
  const { namespace, room, doneAt } = order;
  if (doneAt === undefined) return [];
  const others = ordersOf(talkers).filter(
    (other) => other !== order && isLeave(other, namespace, room) && other.at < doneAt,
  );
  return order.targets.filter(({ stay }) =>
    others.every((other) => endOf(other, repeated) <= stay.begunAt),
  );
}

function checkDisconnected(
  { namespace, room, doneAt = 0 }: Order,
  { talker, socketId }: Target,
  { begunAt }: OrderEvidence,
): string[] {
  const how = `${talker.name}'s ${socketId} was disconnected in ${namespace} ${room}`;
  const returned = talker.returns.some(
    (one) => one.socketId === socketId && begunAt(one.by) > doneAt,
  );
  const isThere = talker.present.get(namespace)?.socketId === socketId;
  return [
    ...(returned ? [`${how} and came back`] : []),
    ...(isThere ? [`${how} and is still there`] : []),
  ];
}

function checkLeft(order: Order, target: Target, { repeated }: OrderEvidence): string[] {
  const { talker, stay } = target;
  if (joinMayRepeat(target, repeated)) return [];
  const isLate = (said: Heard) => said.stay === stay && said.at > (order.doneAt ?? 0);
  return talker.heard
    .filter(isLate)
    .map((said) => `${talker.name} heard ${show(said)}, whose room it had to leave`);
}

/** How a talker that believes to be in a room stands there. */
export function standing(
  talker: Talker,
  namespace: string,
  room: string,
  { talkers, repeated }: OrderLog,
): Standing {
  const stay = talker.sessionIn(namespace)?.rooms.get(room);
  const begunAt = stay?.begunAt ?? 0;
  const orders = ordersOf(talkers).filter(
    (order) => isLeave(order, namespace, room) && begunAt < endOf(order, repeated),
  );
  if (orders.length === 0) return "in";
  const isOut = orders.some(({ doneAt, targets }) =>
    targets.some(
      (target) => doneAt !== undefined && target.stay === stay && !joinMayRepeat(target, repeated),
    ),
  );
  return isOut ? "out" : "unknown";
}

/** Whether an order may have ended a stay before a message was over. */
export function mayHaveLeft(
  stay: Stay,
  { namespace, room }: Pick<Order, "namespace" | "room">,
  until: number,
  { talkers, repeated }: OrderLog,
): boolean {
  return ordersOf(talkers).some(
    (order) =>
      isLeave(order, namespace, room) && order.at < until && stay.begunAt < endOf(order, repeated),
  );
}

function isLeave(order: Order, namespace: string, room: string): boolean {
  return order.what === "leave" && order.namespace === namespace && order.room === room;
}

/** After this it is carried out no more. */
function endOf({ doneAt, connection }: Order, repeated: ReadonlySet<string>): number {
  return doneAt === undefined || repeated.has(connection) ? Number.POSITIVE_INFINITY : doneAt;
}

/** An event of its client that comes again may bring the socket back into the room. */
function joinMayRepeat({ talker, socketId }: Target, repeated: ReadonlySet<string>): boolean {
  const { connections = new Set<string>() } = talker.sockets.get(socketId) ?? {};
  return [...connections].some((id) => repeated.has(id));
}

function ordersOf(talkers: readonly Talker[]): Order[] {
  return talkers.flatMap(({ orders }) => orders);
}
