import type { Edge } from "./live";

/**
 * Closes a connection whose client sends more in one frame than the application's `maxHttpBufferSize`. The reference
 * does so by the option `maxPayload` of its WebSocket server, and gives this reason.
 * https://socket.io/docs/v4/server-options/#maxhttpbuffersize
 */
export function limitFrames(edge: Edge, mostBytes: number | undefined): Edge {
  if (mostBytes === undefined) return edge;
  return {
    ...edge,
    receive(live, frame, redelivered) {
      if (Buffer.byteLength(frame) > mostBytes) live.connection.fail("transport error");
      else edge.receive(live, frame, redelivered);
    },
  };
}
