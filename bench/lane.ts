import { readFileSync } from "node:fs";
import path from "node:path";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import type { Host } from "../src/host/host";
import type { LaneEvent } from "../src/lanes/events";
import type { ConnectionId, Lanes, Store } from "../src/ports";
import { createStores } from "../src/store/dynamo/stores";
import { createTable } from "../test/support/create-table";
import { credentials, region } from "./credentials";
import { cpuOf } from "./measure";

/** What a lane function is made of in a process of its own: see `chat-lane.ts` and `application-lane.ts`. */

type Handling = Pick<Host, "handle">;

/** The ports of a host, over a table and a server that takes posts, both on this machine. */
export async function createPorts(tablePort: string, sinkPort: string) {
  const { table, calls, document } = await createTable(Number(tablePort));
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const poster = new Poster({
    endpoint: `https://localhost:${sinkPort}/prod`,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
  });
  const delivery = new ManagementDelivery(poster, () =>
    Promise.reject(new Error("No rare calls here")),
  );
  return {
    table,
    calls,
    document,
    ports: { ...createStores(table), delivery, lanes: {} as Lanes },
  };
}

let requests = 0;

export function frame(connectionId: ConnectionId, text: string): LaneEvent {
  return {
    ...{ type: "frame", connectionId, requestId: `r${++requests}`, at: Date.now() },
    body: Buffer.from(text).toString("base64"),
  };
}

/** @throws Error unless all are handled */
export async function handle(host: Handling, id: string, events: LaneEvent[]): Promise<void> {
  const handled = await host.handle(id, events, Date.now() + 50_000);
  if (handled !== events.length) throw new Error(`Handled ${handled} of ${events.length}`);
}

/** Opens connections that send some frames. @returns their ids */
export async function connectMembers(
  store: Store,
  host: Handling,
  members: number,
  ...texts: string[]
): Promise<ConnectionId[]> {
  const ids = Array.from({ length: members }, (_, n) => `${n}`.padStart(15, "A").concat("="));
  for (const id of ids) {
    const handshake = { headers: {}, query: { EIO: "4" }, address: "203.0.113.7", url: "/prod/" };
    const opened = { protocol: "socket.io", handshake, connectedAt: Date.now() } as const;
    await store.open({ id, ...opened, sockets: new Map() });
    await handle(
      host,
      id,
      texts.map((text) => frame(id, text)),
    );
  }
  return ids;
}

/** Does what it is sent until its parent leaves, and answers what CPU that took. */
export function serveWork<What>(work: (what: What) => Promise<void>): void {
  process.on("message", async (what: What) => {
    process.send?.(await cpuOf(() => work(what)));
  });
  process.on("disconnect", () => process.exit());
  process.stdout.write("0\n");
}
