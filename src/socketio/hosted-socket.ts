import type { Socket } from "socket.io";
import { AskedAcks } from "./asked-acks";
import type { Auth } from "./internals";

/** What hosting has to know of a socket of this process, besides what Socket.IO keeps on it. */
export class HostedSocket {
  /** The listeners for one connection that it was announced to, as `event:place`. */
  announcedTo: readonly string[] = [];
  /** Its middlewares did not end at once, so its client may have left meanwhile. */
  isDelayed = false;
  /** It is leaving its namespace, and not only its rooms (`socket.leaveAll()`). */
  isEnding = false;
  /** What its client gave in its CONNECT packet, while its session is being recovered. */
  returnsWith: Auth | undefined;
  /** What its connection handler asked the client. */
  askedAcks = new AskedAcks();
  /** Its listeners as the connection handler has left them, by event. */
  registered: ReadonlyMap<string, readonly unknown[]> | undefined;
  /** What the table holds of its state, as JSON. */
  storedState: string | undefined;
}

const records = new WeakMap<Socket, HostedSocket>();

/** The record of a socket: one for its time in this process. */
export function hosted(socket: Socket): HostedSocket {
  const existing = records.get(socket);
  if (existing) return existing;
  const record = new HostedSocket();
  records.set(socket, record);
  return record;
}
