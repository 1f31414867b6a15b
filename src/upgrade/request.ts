import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Handshake } from "../ports";

/** The request of an upgrade, as middlewares of Engine.IO get it: Node's own class, and the query that Engine.IO adds. */
export interface UpgradeRequest extends IncomingMessage {
  _query: Record<string, string>;
}

/** Makes the request that API Gateway has answered, or is about to answer, from what is kept of it. */
export function createUpgradeRequest({ headers, query, url, address }: Handshake): UpgradeRequest {
  const socket = new Socket();
  const peer = { remoteAddress: address, remoteFamily: address.includes(":") ? "IPv6" : "IPv4" };
  for (const [name, value] of Object.entries({ ...peer, encrypted: true })) {
    Object.defineProperty(socket, name, { value, configurable: true });
  }
  const request = new IncomingMessage(socket);
  const all = { connection: "Upgrade", upgrade: "websocket", ...headers };
  Object.assign(request, {
    ...{ method: "GET", url, httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1 },
    ...{ headers: all, rawHeaders: Object.entries(all).flat(), _query: { ...query } },
    complete: true,
  });
  // An upgrade has no body, and a middleware may wait for its end.
  request.push(null);
  return request as UpgradeRequest;
}
