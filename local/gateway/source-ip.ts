import type { IncomingMessage } from "node:http";

/** Requests that a service of AWS sends on, and from where. */
const sources = new WeakMap<IncomingMessage, string>();

/** Lets a request come from another address than its TCP connection's: from CloudFront. */
export function setSourceIp(request: IncomingMessage, address: string): void {
  sources.set(request, address);
}

/** Address of the client, without the prefix of an IPv4 address on an IPv6 socket. */
export function sourceIp(request: IncomingMessage): string {
  const known = sources.get(request);
  return known ?? (request.socket.remoteAddress ?? "127.0.0.1").replace(/^::ffff:/, "");
}
