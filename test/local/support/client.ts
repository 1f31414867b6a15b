import { once } from "node:events";
import WebSocket, { type ClientOptions } from "ws";

/** A client that keeps what it received, in order. */
export interface Client {
  readonly socket: WebSocket;
  /** Messages that were not taken yet. */
  readonly received: string[];
  /** Takes the next message, waiting for it. */
  next(): Promise<string>;
  send(data: string | Buffer): void;
  /** Resolves with code and reason when the connection is closed. */
  readonly closed: Promise<{ code: number; reason: string }>;
}

const open: WebSocket[] = [];

/** Connects, or rejects with "Unexpected server response: {status}". */
export async function connect(
  url: string,
  options: ClientOptions = {},
  protocols: string[] = [],
): Promise<Client> {
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
  open.push(socket);
  const received: string[] = [];
  const waiting: { resolve: (text: string) => void; reject: (error: Error) => void }[] = [];
  socket.on("message", (data, isBinary) => {
    const text = isBinary ? "(binary)" : String(data);
    const waiter = waiting.shift();
    if (waiter) waiter.resolve(text);
    else received.push(text);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => {
      resolve({ code, reason: reason.toString() });
      for (const { reject } of waiting) reject(new Error(`The connection was closed with ${code}`));
    });
  });
  await once(socket, "open");
  return {
    socket,
    received,
    closed,
    send: (data) => socket.send(data),
    next: () => {
      const ready = received.shift();
      return ready === undefined
        ? new Promise((resolve, reject) => waiting.push({ resolve, reject }))
        : Promise.resolve(ready);
    },
  };
}

/** Cuts all clients that are still open. */
export function cutClients(): void {
  for (const socket of open.splice(0)) socket.terminate();
}
