import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Reads a request to its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Only this machine: nobody else has business with the database or the queues. */
export const loopback = "127.0.0.1";

/** Listens on a port, 0 for any free one, and tells which it is. @default host - all addresses */
export function listen(server: Server, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port} is in use: stop what listens there, or choose another with --port`,
            )
          : error,
      );
    });
    server.listen({ port, ...(host && { host }) }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

/** Stops a server without waiting for connections that clients keep open. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
