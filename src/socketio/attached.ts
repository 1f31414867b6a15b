import type { Socket } from "socket.io";
import { defined } from "../defined";
import { logWarning } from "../log";
import type { Entries, SocketState } from "../ports";
import { connectionOf } from "./address";
import { copyJson, define, isPlain, throughJson } from "./plain";
import type { VirtualConnection } from "./virtual-connection";

/**
 * What an application hangs on the objects around a socket, as passport (`request.user`), express-session
 * (`request.session`) and many tutorials (`handshake.query.user`) do. All but the handshake belongs to the
 * connection, whose sockets share it.
 */

/** What Socket.IO sets on a handshake (socket.io 4.8.4, `buildHandshake`). */
const HANDSHAKE = new Set("headers time address xdomain secure issued url query auth".split(" "));
/** Where passport and express-session keep class instances whose data alone is worth having. */
const KEPT_AS_DATA = new Set(["user", "session"]);

/** Where a connection's memory stands among them. */
export const MEMORY = "memory";

type Target = Record<string, unknown>;
/** The entries of objects before the application saw them. */
const bases = new WeakMap<object, ReadonlyMap<string, unknown>>();
/** What a warning has named. */
const named = new Set<string>();

/** Objects of a connection by the name under which sockets show them. */
function placesOf(connection: VirtualConnection, client: object): [string, Target][] {
  const { request } = connection;
  return [
    ["request", request as unknown as Target],
    ["handshake.query", request._query],
    ["handshake.headers", request.headers],
    ["client", client as Target],
    ["conn", connection as unknown as Target],
  ];
}

/** Call for a new connection, before the application sees it. */
export function noteBases(connection: VirtualConnection, client: object): void {
  for (const [, target] of placesOf(connection, client)) {
    bases.set(target, new Map(Object.entries(target)));
  }
}

export function readAttached(socket: Socket): Pick<SocketState, "handshake" | "shared"> {
  const handshake = keep("handshake", socket.handshake as unknown as Target, HANDSHAKE);
  const shared: Record<string, Entries> = {};
  for (const [place, target] of placesOf(connectionOf(socket), socket.client)) {
    const put = place === "request" ? connectionOf(socket).put : NOTHING;
    const entries = keep(place, target, bases.get(target) ?? new Set(), put);
    if (entries) shared[place] = entries;
  }
  const { memory } = connectionOf(socket);
  if (memory) shared[MEMORY] = memory;
  return {
    ...defined({ handshake }),
    ...(Object.keys(shared).length > 0 && { shared }),
  };
}

export function hangAttached(socket: Socket, { handshake, shared }: SocketState): void {
  if (handshake) hang(socket.handshake as unknown as Target, handshake);
  if (!shared) return;
  for (const [place, target] of placesOf(connectionOf(socket), socket.client)) {
    if (shared[place]) hang(target, shared[place]);
  }
}

function hang(target: Target, entries: Entries): void {
  for (const [name, value] of Object.entries(copyJson(entries))) define(target, name, value);
}

const NOTHING: ReadonlyMap<string, string> = new Map();

type Names = Pick<ReadonlySet<string>, "has"> | ReadonlyMap<string, unknown>;

/** What the application has added, or changed where the value is a text; `undefined` for nothing. */
function keep(
  place: string,
  target: Target,
  base: Names,
  put: ReadonlyMap<string, string> = NOTHING,
): Entries | undefined {
  let kept: Target | undefined;
  for (const name of Object.keys(target)) {
    const value = target[name];
    if (value === undefined) continue;
    if (
      put.has(name) ? put.get(name) === JSON.stringify(value) : isOfBase(place, name, value, base)
    )
      continue;
    const copy = KEPT_AS_DATA.has(name) || isPlain(value) ? throughJson(value) : undefined;
    if (!isPlain(value) || copy === undefined) warn(`socket.${place}.${name}`, copy !== undefined);
    if (copy === undefined) continue;
    kept ??= {};
    define(kept, name, copy);
  }
  return kept;
}

function isOfBase(place: string, name: string, value: unknown, base: Names): boolean {
  return base.has(name) && !isChanged(place, name, value, base);
}

/** Client and connection change by themselves. */
function isChanged(place: string, name: string, value: unknown, base: Names): boolean {
  if (typeof value !== "string" || place === "client" || place === "conn") return false;
  return "get" in base && base.get(name) !== value;
}

function warn(what: string, isKept: boolean): void {
  if (named.has(what)) return;
  named.add(what);
  const loss = isKept ? "keeps its data and loses the rest, methods too" : "cannot be kept";
  logWarning(`${what} ${loss}: later events have only what JSON can say`);
}
