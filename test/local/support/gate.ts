import { createServer, type Server } from "node:http";
import { listen } from "../../../local/http";

/** A function that waits for the test. */
export interface Asking {
  readonly what: string;
  letGo(): void;
}

/** Where functions wait until the test lets them go on. */
export interface Gate {
  /** Gives a function `await ask(what)`. */
  readonly source: string;
  /** Takes the next function that asks, waiting for it. */
  asked(): Promise<Asking>;
}

const servers: Server[] = [];

/** Opens a gate. Close it with {@link closeGates}. */
export async function openGate(): Promise<Gate> {
  const arrived: Asking[] = [];
  const waiting: ((asking: Asking) => void)[] = [];
  const server = createServer((request, response) => {
    const what = decodeURIComponent((request.url ?? "/").slice(1));
    const asking = { what, letGo: () => void response.end() };
    const waiter = waiting.shift();
    if (waiter) waiter(asking);
    else arrived.push(asking);
  });
  servers.push(server);
  const port = await listen(server, 0, "127.0.0.1");
  return {
    source: `const ask = (what) => fetch("http://127.0.0.1:${port}/" + encodeURIComponent(what));`,
    asked: () => {
      const ready = arrived.shift();
      return ready ? Promise.resolve(ready) : new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** Closes all gates. */
export function closeGates(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}
