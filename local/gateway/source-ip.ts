import type { IncomingMessage } from "node:http";

/** Address of the client, without the prefix of an IPv4 address on an IPv6 socket. */
export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}
