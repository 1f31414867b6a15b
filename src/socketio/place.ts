import { Namespace, Socket } from "socket.io";
import type { LaneEvent } from "../lanes/events";
import type { Fields } from "../log";

/** Which socket or namespace, for the log: of an emitter, or of what its event is about. */
export function describePlace(emitter: unknown, subject?: unknown): Fields {
  const socket = [emitter, subject].find((candidate) => candidate instanceof Socket);
  if (socket) return { namespace: socket.nsp.name, socketId: socket.id };
  return emitter instanceof Namespace ? { namespace: emitter.name } : {};
}

/** To find the trace of a frame: API Gateway's access log has its request id too. */
export function describeEvent(event: LaneEvent): Fields {
  const { connectionId } = event;
  if (event.type !== "frame") return { connectionId };
  return { connectionId, requestId: event.requestId, waitedMs: Date.now() - event.at };
}
