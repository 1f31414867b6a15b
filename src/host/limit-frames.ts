import type { HostedConnection } from "./hosted-connection";

type Receiving = Pick<HostedConnection, "connection" | "handler" | "mostFrameBytes">;

/**
 * Hands a frame to the connection's protocol. If it is larger than the application's `maxHttpBufferSize`, the
 * connection is closed: the reference does so by the option `maxPayload` of its WebSocket server, with this reason.
 * https://socket.io/docs/v4/server-options/#maxhttpbuffersize
 */
export function receiveFrame(
  { connection, handler, mostFrameBytes }: Receiving,
  frame: string,
  redelivered = false,
): void {
  const isTooLarge = mostFrameBytes !== undefined && Buffer.byteLength(frame) > mostFrameBytes;
  if (isTooLarge) connection.fail("transport error");
  else handler.receive(frame, redelivered);
}
