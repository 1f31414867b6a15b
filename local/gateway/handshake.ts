import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** Whether a request asks for a WebSocket in the form of RFC 6455, section 4.2.1. */
export function isWebSocketHandshake({ method, headers }: IncomingMessage): boolean {
  const version = headers["sec-websocket-version"];
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "") &&
    (version === "13" || version === "8")
  );
}

/** Answers a handshake with a status in place of the 101, and ends its TCP connection. */
export function refuseHandshake(stream: Duplex, status: number): void {
  const message = STATUS_CODES[status] ?? "";
  const body = status === 403 ? JSON.stringify({ message }) : "";
  stream.once("finish", () => stream.destroy());
  stream.end(
    [
      `HTTP/1.1 ${status} ${message}`,
      "Connection: close",
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "",
      body,
    ].join("\r\n"),
  );
}

/** Characters of the URL that a client has connected to. */
export function urlLength({ headers, url = "" }: IncomingMessage): number {
  return `wss://${headers.host ?? ""}${url}`.length;
}
