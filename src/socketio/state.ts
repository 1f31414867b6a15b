import type { Socket } from "socket.io";
import { defined, nonEmpty } from "../defined";
import { logWarning } from "../log";
import type { SocketState } from "../ports";
import { connectionOf } from "./address";
import { hangAttached, readAttached } from "./attached";
import { hosted } from "./hosted-socket";
import { removedListeners } from "./listeners";
import { memoryOf } from "./memory-hooks";
import { describePlace } from "./place";
import { copyJson, define, isPlain, throughJson } from "./plain";

/**
 * What an application keeps on a socket between its events: `socket.data`, and whatever else it
 * hangs on the socket object (`socket.username = …`, as half of the official examples do).
 */

/** Properties that Socket.IO itself sets on its sockets (socket.io 4.8.4, `lib/socket.ts`). */
export const SOCKET_PROPERTIES: ReadonlySet<string> = new Set(
  (
    "nsp client recovered data connected acks fns flags server adapter id pid handshake join " +
    "_anyListeners _anyOutgoingListeners _events _eventsCount _maxListeners domain"
  ).split(" "),
);

export function markStored(socket: Socket, state: SocketState): void {
  hosted(socket).storedState = JSON.stringify(state);
}

export function isStored(socket: Socket, state: SocketState): boolean {
  return hosted(socket).storedState === JSON.stringify(state);
}

/** @param onLoss called for what JSON cannot say, with its name */
export function readState(socket: Socket, onLoss: OnLoss = warnOfLoss): SocketState {
  const hasMemory = memoryOf(socket.nsp.server) !== undefined;
  const removed = removedListeners(socket);
  const keptAcks = hosted(socket).askedAcks.kept;
  return {
    data: readData(socket, hasMemory ? () => {} : onLoss),
    // The memory of an application keeps them as what they are.
    properties: hasMemory ? {} : readProperties(socket),
    hasNoEndListener:
      socket.listenerCount("disconnect") + socket.listenerCount("disconnecting") === 0,
    ...(Object.keys(removed).length > 0 ? { removed } : {}),
    ...readAttached(socket),
    ...defined({ keptAcks: nonEmpty(keptAcks) }),
  };
}

type OnLoss = (socket: Socket, name: string) => void;

/** Each entry by itself, so that one which JSON cannot say does not take the others with it. */
function readData(socket: Socket, onLoss: OnLoss): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  // An application may have put anything in its place, even nothing.
  for (const [name, value] of Object.entries((socket.data ?? {}) as object)) {
    const copy = throughJson(value);
    if (copy !== undefined) define(data, name, copy);
    else if (value !== undefined && typeof value !== "function") onLoss(socket, `data.${name}`);
  }
  return data;
}

function warnOfLoss(socket: Socket, name: string): void {
  const about = { connectionId: connectionOf(socket).record.id, ...describePlace(socket) };
  logWarning(`socket.${name} cannot be kept: expected what JSON can say`, about);
}

function readProperties(socket: Socket): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(socket)) {
    if (SOCKET_PROPERTIES.has(name) || value === undefined) continue;
    // A database client or a class instance would come back as something else: leave it out.
    const copy = throughJson(value);
    if (copy === undefined) continue;
    if (isPlain(value)) define(properties, name, copy);
  }
  return properties;
}

export function restoreProperties(socket: Socket, state: SocketState): void {
  const { properties } = state;
  for (const [name, value] of Object.entries(copyJson(properties))) {
    if (!SOCKET_PROPERTIES.has(name)) define(socket, name, value);
  }
  hangAttached(socket, state);
}

/**
 * Puts `socket.data` back to what is stored. The object stays the same one, since the connection
 * handler may have kept it in a variable.
 */
export function resetData(socket: Socket, data: object, stored: SocketState): void {
  for (const name of Object.keys(data)) delete (data as Record<string, unknown>)[name];
  for (const [name, value] of Object.entries(copyJson(stored.data))) {
    define(data, name, value);
  }
  socket.data = data;
}
