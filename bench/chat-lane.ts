import { Server } from "socket.io";
import { Host } from "../src/host/host";
import type { ConnectionId } from "../src/ports";
import { chat } from "./chat-app";
import { connectMembers, createPorts, frame, handle, serveWork } from "./lane";

/**
 * What a lane function does, in a process of its own: `node chat-lane.js <port of the table> <port of the
 * sink> <members>`. For each number it is sent it handles so many messages to the room, one an invocation, and
 * answers what that took.
 */
const [, , tablePort = "", sinkPort = "", members] = process.argv;

async function serve(): Promise<void> {
  const { ports } = await createPorts(tablePort, sinkPort);
  const io = new Server();
  chat(io);
  const host = Host.attach(io, ports);
  const joining = ["40", '42["join","room"]'];
  const ids = await connectMembers(ports.store, host, Number(members), ...joining);
  const text = `42["chat","room","${"x".repeat(184)}"]`;
  serveWork(async (messages: number) => {
    for (let n = 0; n < messages; n++) {
      const id = ids[n % ids.length] as ConnectionId;
      await handle(host, id, [frame(id, text)]);
    }
  });
}
void serve();
