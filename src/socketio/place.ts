import { Namespace, Socket } from "socket.io";
import type { Fields } from "../log";

/** Which socket or namespace, for the log: of an emitter, or of what its event is about. */
export function describePlace(emitter: unknown, subject?: unknown): Fields {
  const socket = [emitter, subject].find((candidate) => candidate instanceof Socket);
  if (socket) return { namespace: socket.nsp.name, socketId: socket.id };
  return emitter instanceof Namespace ? { namespace: emitter.name } : {};
}
