import { Server } from "socket.io";
import { ApplicationHost } from "../src/host/application/application-host";
import { makeCopy } from "../src/host/application/memory";
import { Host } from "../src/host/host";
import { setLogLevel } from "../src/log";
import type { ConnectionId } from "../src/ports";
import { DynamoApplication } from "../src/store/dynamo/application";
import { connectMembers, createPorts, frame, handle, serveWork } from "./lane";

/**
 * A chat with a user list, in a process of its own: `node application-lane.js <port of the table> <port of the sink>
 * <connection|application> <members> <events in a batch>`. For each number it is sent it handles so many messages and
 * answers what that took; for "restore" it restores the application in a new copy.
 */
const [, , tablePort = "", sinkPort = "", ordering, members, batch] = process.argv;

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
  const { table, ports } = await createPorts(tablePort, sinkPort);
  const kept = { ...ports, application: new DynamoApplication(table) };
  const copy = () => makeCopy(async () => chat(), undefined);
  const create = () =>
    ordering === "application" ? new ApplicationHost(copy, kept) : Host.attach(chat(), ports);
  const host = create();
  const ids = await connectMembers(ports.store, host, Number(members), "40");
  const size = Number(batch);
  const text = `42["chat","${"x".repeat(184)}"]`;
  const talk = async (messages: number) => {
    for (let n = 0; n < messages; n += size) {
      const of = Array.from({ length: size }, (_, m) => ids[(n + m) % ids.length] as ConnectionId);
      const events = of.map((id) => frame(id, text));
      // A connection's lane holds its own events.
      if (ordering === "application") await handle(host, "application", events);
      else await Promise.all(events.map((event) => handle(host, event.connectionId, [event])));
    }
  };
  // An event that no listener hears.
  const restore = () =>
    handle(create(), "application", [frame(ids[0] as ConnectionId, '42["nothing"]')]);
  serveWork((what: number | "restore") => (what === "restore" ? restore() : talk(what)));
}
void serve();
