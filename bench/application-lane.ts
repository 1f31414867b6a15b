import { readFileSync } from "node:fs";
import path from "node:path";
import { Server } from "socket.io";
import type { Connections } from "../src/delivery/connections";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import { ApplicationHost } from "../src/host/application/application-host";
import { makeCopy } from "../src/host/application/memory";
import { Host } from "../src/host/host";
import type { LaneEvent } from "../src/lanes/events";
import { setLogLevel } from "../src/log";
import type { Lanes } from "../src/ports";
import { DynamoApplication } from "../src/store/dynamo/application";
import { createStores } from "../src/store/dynamo/stores";
import { createTable } from "../test/support/create-table";
import { credentials, region } from "./credentials";
import { cpuOf } from "./measure";

/**
 * A chat with a user list, in a process of its own: `node application-lane.js <port of the table> <port of the sink>
 * <connection|application> <members> <events in a batch>`. For each number it is sent it handles so many messages and
 * answers what that took; for "restore" it restores the application in a new copy.
 */
const [, , tablePort, sinkPort, ordering, members, batch] = process.argv;

function chat(): Server {
  const io = new Server();
  io.on("connection", (socket) => {
    socket.data.name = `user ${socket.id}`;
    socket.join("room");
    socket.on("chat", async (text: string) => {
      const names = (await io.in("room").fetchSockets()).map(({ data }) => data.name);
      io.to("room").emit("chat", text, names);
    });
  });
  return io;
}

async function serve(): Promise<void> {
  setLogLevel("WARN");
  const { table } = await createTable(Number(tablePort));
  const stores = createStores(table);
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const poster = new Poster({
    endpoint: `https://localhost:${sinkPort}/prod`,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
  });
  const ports = {
    ...stores,
    delivery: new ManagementDelivery(poster, undefined as unknown as Connections),
    lanes: {} as Lanes,
    application: new DynamoApplication(table),
  };
  const copy = () => makeCopy(async () => chat(), undefined);
  const create = () =>
    ordering === "application" ? new ApplicationHost(copy, ports) : Host.attach(chat(), ports);
  const host = create();
  let requests = 0;
  const frame = (connectionId: string, text: string): LaneEvent => ({
    ...{ type: "frame", connectionId, requestId: `r${++requests}`, at: Date.now() },
    body: Buffer.from(text).toString("base64"),
  });
  const handle = async (to: Pick<Host, "handle">, id: string, events: LaneEvent[]) => {
    const handled = await to.handle(id, events, Date.now() + 50_000);
    if (handled !== events.length) throw new Error(`Handled ${handled} of ${events.length}`);
  };
  const ids = Array.from({ length: Number(members) }, (_, n) =>
    `${n}`.padStart(15, "A").concat("="),
  );
  for (const id of ids) {
    const handshake = { headers: {}, query: { EIO: "4" }, address: "203.0.113.7", url: "/prod/" };
    const opened = { protocol: "socket.io", handshake, connectedAt: Date.now() } as const;
    await stores.store.open({ id, ...opened, sockets: new Map() });
    await handle(host, id, [frame(id, "40")]);
  }
  const size = Number(batch);
  const text = `42["chat","${"x".repeat(184)}"]`;
  const talk = async (messages: number) => {
    for (let n = 0; n < messages; n += size) {
      const of = Array.from({ length: size }, (_, m) => ids[(n + m) % ids.length] as string);
      const events = of.map((id) => frame(id, text));
      // A connection's lane holds its own events.
      if (ordering === "application") await handle(host, "application", events);
      else await Promise.all(events.map((event) => handle(host, event.connectionId, [event])));
    }
  };
  const restore = () => handle(create(), "application", [frame("unknown", "2")]).catch(() => {});
  process.on("message", async (what: number | "restore") => {
    process.send?.(await cpuOf(what === "restore" ? restore : () => talk(what)));
  });
  process.on("disconnect", () => process.exit());
  process.stdout.write("0\n");
}
void serve();
