import { both } from "./support/both";
import { acked, tellMembers } from "./support/members";
import type { Application } from "./support/side";

/** Edge cases of a socket's life, 16 and 21: its end, and what comes after. */

describe("16. the end of a socket", () => {
  const application: Application = (io, note) => {
    for (const name of ["/", "/chat"]) {
      io.of(name).on("connection", (socket) => {
        for (const event of ["disconnecting", "disconnect"]) {
          socket.on(event, (reason: string) => {
            note(name, event, reason, socket.connected, [...socket.rooms].slice(1));
          });
        }
        socket.on("join", (room) => void socket.join(room));
        socket.on("leave", (close) => {
          socket.emit("last words");
          socket.disconnect(close);
        });
        socket.on("kick", (room, close) => {
          io.to(room).emit("last words");
          io.in(room).disconnectSockets(close);
        });
      });
    }
  };

  const ends = (namespace: string, reason: string, ...rooms: string[]) => [
    [namespace, "disconnecting", reason, true, rooms],
    [namespace, "disconnect", reason, false, []],
  ];

  both("`disconnecting` still has the rooms, `disconnect` has none", application, async (side) => {
    const client = await side.connect();
    await client.emit("join", "r");
    await client.send("41");
    expect(side.noted).toEqual(ends("/", "client namespace disconnect", "r"));
    expect(client.isOpen).toBe(true);
    const other = await side.connect();
    await other.emit("join", "r");
    side.noted.length = 0;
    await other.leave();
    expect(side.noted).toEqual(ends("/", "transport close", "r"));
  });

  both("disconnect() leaves one namespace, disconnect(true) all", application, async (side) => {
    const reason = "server namespace disconnect";
    const client = await side.connect();
    await client.join("/chat");
    await client.emit("leave", false);
    expect(client.take()).toEqual(['42["last words"]', "41"]);
    expect(client.isOpen).toBe(true);
    expect(side.noted).toEqual(ends("/", reason));
    await client.join("/");
    side.noted.length = 0;
    await client.emit("leave", true);
    expect(client.take()).toEqual(['42["last words"]', "41/chat,", "41"]);
    expect(client.isOpen).toBe(false);
    expect(side.noted).toEqual([...ends("/chat", reason), ...ends("/", reason)]);
  });

  both("the last emit arrives before disconnectSockets ends it", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    await b.join("/chat");
    for (const client of [a, b]) await client.emit("join", "r");
    await a.emit("kick", "r", true);
    expect(a.take()).toEqual(['42["last words"]', "41"]);
    expect(b.take()).toEqual(['42["last words"]', "41", "41/chat,"]);
    expect([a.isOpen, b.isOpen]).toEqual([false, false]);
  });
});

describe("21. after the end", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      tellMembers(io, socket);
      socket.on("disconnect", async (reason) => {
        note(reason);
        await socket.join("late");
      });
      socket.on("leave and join", async () => {
        socket.disconnect();
        await socket.join("late");
      });
      socket.on("close", () => void io.close());
    });
    io.of("/chat").on("connection", (socket) => socket.on("disconnect", (reason) => note(reason)));
  };

  both("a join does nothing", application, async (side) => {
    const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
    await b.emit("leave and join");
    await c.leave();
    await a.send('421["members","late"]');
    expect(acked(a.take())).toEqual([[]]);
    expect(b.take()).toEqual(["41"]);
  });

  both(
    "io.close() says nothing to clients, who come back; here it ends the caller's connection only",
    application,
    async (side) => {
      const [a, b] = [await side.connect(), await side.connect()];
      await a.join("/chat");
      const shutDown = ["server shutting down"];
      await a.emit("close");
      expect([a.take(), b.take()]).toEqual([[], []]);
      expect([a.isOpen, b.isOpen]).toEqual([false, side.name === "rooms"]);
      expect(side.noted).toEqual(Array(side.name === "rooms" ? 2 : 3).fill(shutDown));
      if (side.name === "reference") return;
      const again = await side.connect();
      await again.send('421["members","late"]');
      expect(acked(again.take())).toEqual([[]]);
    },
    { oneContainer: true },
  );
});
