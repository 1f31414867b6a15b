import { readFileSync } from "node:fs";
import path from "node:path";
import { Server } from "socket.io";
import type { Connections } from "../src/delivery/connections";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import { Host } from "../src/host/host";
import type { LaneEvent } from "../src/lanes/events";
import type { Lanes } from "../src/ports";
import { createStores } from "../src/store/dynamo/stores";
import { createTable } from "../test/support/create-table";
import { chat } from "./chat-app";
import { credentials, region } from "./credentials";
import { cpuOf } from "./measure";

/**
 * What a lane function does, in a process of its own: `node chat-lane.js <port of the table> <port of the
 * sink> <members>`. For each number it is sent it handles so many messages to the room, one an invocation, and
 * answers what that took.
 */
const [, , tablePort, sinkPort, members] = process.argv;

async function serve(): Promise<void> {
  const { table } = await createTable(Number(tablePort));
  const stores = createStores(table);
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const poster = new Poster({
    endpoint: `https://localhost:${sinkPort}/prod`,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
  });
  const io = new Server();
  chat(io);
  const host = Host.attach(io, {
    ...stores,
    delivery: new ManagementDelivery(poster, undefined as unknown as Connections),
    lanes: undefined as unknown as Lanes,
  });
  const handle = async (connectionId: string, ...texts: string[]) => {
    const events: LaneEvent[] = texts.map((text, index) => ({
      ...{ type: "frame", connectionId, requestId: `r${index}`, at: Date.now() },
      body: Buffer.from(text).toString("base64"),
    }));
    const handled = await host.handle(connectionId, events, Date.now() + 50_000);
    if (handled !== events.length) throw new Error(`Handled ${handled} of ${events.length}`);
  };
  const ids = Array.from({ length: Number(members) }, (_, n) =>
    `${n}`.padStart(15, "A").concat("="),
  );
  for (const id of ids) {
    const handshake = { headers: {}, query: { EIO: "4" }, address: "203.0.113.7", url: "/prod/" };
    const opened = { protocol: "socket.io", handshake, connectedAt: Date.now() } as const;
    await stores.store.open({ id, ...opened, sockets: new Map() });
    await handle(id, "40", '42["join","room"]');
  }
  const text = `42["chat","room","${"x".repeat(184)}"]`;
  process.on("message", async (messages: number) => {
    const measured = await cpuOf(async () => {
      for (let n = 0; n < messages; n++) await handle(ids[n % ids.length] as string, text);
    });
    process.send?.(measured);
  });
  process.on("disconnect", () => process.exit());
  process.stdout.write("0\n");
}
void serve();
