import { createServer } from "node:net";

/** Ports of a stack: of the endpoint and its pages, of the functions that have a URL, and of what `dev` serves beside. */
export interface Ports {
  readonly stage: number;
  readonly publish: number;
  readonly http: number;
  readonly beside: number;
}

/** Where several stacks run at a time. */
const MOST = 200;

/**
 * The same ports at each start: the wanted one, and the next three. One that is taken is passed over, but for one that an
 * operator has named.
 */
export async function choosePorts(wanted: number, isNamed: boolean): Promise<Ports> {
  // 0 leaves it to the machine.
  if (wanted === 0) return { stage: 0, publish: 0, http: 0, beside: 0 };
  const stage = isNamed ? wanted : await nextFree(wanted);
  const publish = await nextFree(stage + 1);
  const http = await nextFree(publish + 1);
  return { stage, publish, http, beside: await nextFree(http + 1) };
}

/** The first port from there on that is free on this machine. */
export async function nextFree(first: number): Promise<number> {
  for (let port = first; port < Math.min(first + MOST, 65_536); port++) {
    if (await isFree(port)) return port;
  }
  // Whatever listens says what is wrong.
  return first > 65_535 ? 0 : first;
}

async function isFree(port: number): Promise<boolean> {
  const tries = ["127.0.0.1", "::1"].map((host) => listens(port, host));
  return (await Promise.all(tries)).every(Boolean);
}

function listens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine may have one of the two families only.
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code !== "EADDRINUSE"));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}
