import type { Declaration, Query } from "../protocol";
import { shorten } from "../shorten";

/**
 * What both parsers have in common.
 * https://github.com/socketio/socket.io/blob/main/docs/engine.io-protocol/v4-current.md
 */
const engineIo = {
  refuse: refuseEngine,
  /** Only this packet restarts the client's deadline. */
  ping: "2",
  pong: "3",
  /** Socket.IO's `connectTimeout`. */
  endsIdle: true,
  ackStarts: ["43"],
  /**
   * Events and acks with attachments, and attachments, which do not say whose they are.
   * https://socket.io/docs/v4/socket-io-protocol/#packet-encoding
   */
  sharedStarts: ["45", "46", "b"],
} as const;

/** Socket.IO with its default parser; a client may show with its first packet that it uses the other one. */
export const socketIoDeclaration: Declaration = {
  ...engineIo,
  id: "socket.io",
  recognizes: (query) => isEngineIo(query) && query.parser !== "single",
};

/** Socket.IO with the single-frame parser: docs/parser.md. */
export const singleDeclaration: Declaration = {
  ...engineIo,
  id: "single",
  recognizes: (query) => isEngineIo(query) && query.parser === "single",
};

function isEngineIo(query: Query): boolean {
  return "EIO" in query || "transport" in query;
}

/** Engine.IO makes both parameters mandatory; an endpoint like this one can only do WebSocket. */
function refuseEngine({ EIO, transport }: Query): string | undefined {
  if (EIO !== "4") return `Cannot connect: expected EIO=4, got ${shorten(EIO)}`;
  if (transport === "websocket") return undefined;
  return `Cannot connect: expected transport=websocket, got ${shorten(transport)}; set transports: ["websocket"]`;
}
