import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Reads a request to its end. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

/** Only this machine reaches it: the database and the queues are nothing for a network. */
export const loopback = "127.0.0.1";

/** The addresses for which `localhost` stands; a client may try either first. */
const LOCALHOST = [loopback, "::1"];
/** Tries to find a port that is free on all addresses. */
const TRIES = 20;

/** Servers that share a port, each on an address of its own. */
export interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Listens wherever `localhost` leads, and on one more address if that is given.
 *
 * @param create makes a server; each address gets one
 * @param port 0 for any that is free
 * @param host a further address of this machine, or `0.0.0.0` or `::` for all of them. @default - none
 */
export async function listenLocally(
  create: () => Server,
  port: number,
  host?: string,
): Promise<Listening> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await listenOnAll(create, port, addressesWith(host));
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!isTaken || port !== 0 || tries === TRIES) throw error;
    }
  }
}

/** An address for all holds the one for `localhost`, and no two servers may hold the same. */
function addressesWith(host: string | undefined): readonly string[] {
  if (host === undefined || host === "localhost") return LOCALHOST;
  if (host === "::") return [host];
  if (host === "0.0.0.0") return [host, "::1"];
  return [...new Set([...LOCALHOST, host])];
}

async function listenOnAll(
  create: () => Server,
  wanted: number,
  addresses: readonly string[],
): Promise<Listening> {
  const servers: Server[] = [];
  const stopAll = async () => void (await Promise.all(servers.map(stop)));
  let port = wanted;
  try {
    for (const address of addresses) {
      const server = create();
      const found = await listen(server, port, address).catch((error) => {
        // A machine may have only one of the two families.
        if (LOCALHOST.includes(address) && isUnavailable(error)) return undefined;
        throw error;
      });
      if (found === undefined) continue;
      servers.push(server);
      port = found;
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
  return { port, stop: stopAll };
}

function isUnavailable({ code }: NodeJS.ErrnoException): boolean {
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

/** Listens on a port of one address, 0 for any free one, and tells which it is. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port, host)));
    server.listen({ port, host }, () => resolve((server.address() as AddressInfo).port));
  });
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const { code = "" } = error;
  if (code === "EADDRINUSE") {
    const text = `Port ${port} is in use: stop what listens there, or choose another with --port`;
    return Object.assign(new Error(text), { code });
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    const text = `Cannot listen: expected --host to be an address of this machine, got ${host}`;
    return Object.assign(new Error(text), { code });
  }
  return error;
}

/** Stops a server without waiting for connections that clients keep open. */
export function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
