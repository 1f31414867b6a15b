import { both } from "./support/both";
import type { Application } from "./support/side";

/** Edge cases 22 and 23 for all containers together: dynamic namespaces that others have made. */

const application: Application = (io) => {
  const parent = io.of(/^\/team-\d+$/);
  io.on("connection", (socket) => {
    socket.on("tell all", (...args) => parent.emit("news", ...args));
    socket.on("tell room", (room, ...args) => parent.to(room).emit("news", ...args));
  });
  io.on("new_namespace", (namespace) => {
    io.emit("made", namespace.name);
    namespace.on("connection", (socket) => socket.emit("set up"));
  });
  parent.on("connection", (socket) => {
    socket.join("r");
    socket.on("leave", (room) => void socket.leave(room));
  });
};

both(
  "22. `new_namespace` comes once, also when the first come at once",
  application,
  async (side) => {
    const watcher = await side.connect();
    const clients = await Promise.all([side.open(), side.open(), side.open()]);
    await Promise.all(clients.map((client) => client.send("40/team-1,")));
    await clients[0]?.send("40/team-2,");
    await clients[1]?.send("40/team-2,");
    expect(watcher.events()).toEqual([
      ["made", "/team-1"],
      ["made", "/team-2"],
    ]);
    // What its listener sets up holds for everyone.
    for (const client of clients) expect(client.take()).toContain('42/team-1,["set up"]');
  },
);

both(
  "23. what a parent emits reaches the children of all containers",
  application,
  async (side) => {
    const teller = await side.connect();
    const clients = [await side.open(), await side.open(), await side.open()];
    for (const [n, client] of clients.entries()) await client.send(`40/team-${n},`);
    await clients[2]?.send('42/team-2,["leave","r"]');
    for (const client of [teller, ...clients]) client.take();
    await teller.emit("tell all", 1, "two");
    await teller.emit("tell room", "r", 3);
    expect(clients.map((client) => client.take())).toEqual([
      ['42/team-0,["news",1,"two"]', '42/team-0,["news",3]'],
      ['42/team-1,["news",1,"two"]', '42/team-1,["news",3]'],
      ['42/team-2,["news",1,"two"]'],
    ]);
    expect(teller.take()).toEqual([]);
  },
);
