import { setImmediate as turn } from "node:timers/promises";
import { waitFor } from "../support/wait-for";
import { both } from "./support/both";
import type { Application } from "./support/side";

/** Who is found by what asks for sockets, also while one of them goes. */

describe("fetchSockets while a socket goes", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.on("join", (room) => void socket.join(room));
      socket.on("bye", (close: boolean) => void socket.disconnect(close));
      socket.on("count and bye", async () => {
        const found = io.in("room").fetchSockets();
        socket.disconnect();
        note((await found).length);
      });
      socket.on("disconnecting", async () => {
        const sockets = await io.in("room").fetchSockets();
        note(
          sockets.length,
          sockets.some(({ id }) => id === socket.id),
        );
      });
      socket.on("disconnect", async () => note((await io.in("room").fetchSockets()).length));
    });
  };

  for (const [way, frame] of [
    ["its client leaves the namespace", "41"],
    ["the server disconnects it", '42["bye",false]'],
    ["the server closes its connection", '42["bye",true]'],
    ["its client closes the WebSocket", undefined],
  ] as const) {
    both(`finds it in \`disconnecting\` and not after, when ${way}`, application, async (side) => {
      const [stays, goes] = [await side.connect(), await side.connect()];
      for (const client of [stays, goes]) await client.emit("join", "room");
      await (frame === undefined ? goes.leave() : goes.send(frame));
      await waitFor(() => side.noted.length === 2);
      expect(side.noted).toEqual([[2, true], [1]]);
      side.noted.length = 0;
    });
  }

  both("finds it if it began before", application, async (side) => {
    const goes = await side.connect();
    await goes.emit("join", "room");
    await goes.emit("count and bye");
    await waitFor(() => side.noted.length === 3);
    expect(side.noted).toContainEqual([1]);
    expect(side.noted).toContainEqual([1, true]);
    expect(side.noted).toContainEqual([0]);
  });
});

describe("who is listed", () => {
  const application: Application = (io, note) => {
    io.on("connection", async (socket) => {
      await socket.join("all");
      socket.on("list", async () => {
        const places = (await io.in("all").fetchSockets()).map(({ handshake }) => handshake.auth);
        note(places.map(({ place }) => place));
      });
      socket.on("rooms", async () => {
        await socket.join("new");
        const { rooms, sids } = io.of("/").adapter;
        note(
          [...(rooms.get("new") ?? [])].includes(socket.id),
          [...(rooms.get("all") ?? [])].includes(socket.id),
          [...(sids.get(socket.id) ?? [])].includes("new"),
          rooms.has("another"),
        );
        await socket.leave("new");
        note(rooms.get("all") !== undefined, io.of("/").adapter.rooms.has("new"));
      });
    });
  };

  both("fetchSockets lists sockets in the order in which they came", application, async (side) => {
    const clients = [];
    for (let place = 0; place < 4; place++) {
      const client = await side.open();
      await client.join("/", { place });
      clients.push(client);
    }
    for (const client of [clients[2], clients[0]]) await client?.emit("list");
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([[[0, 1, 2, 3]], [[0, 1, 2, 3]]]);
  });

  both("adapter.rooms shows a room just joined, and those of before", application, async (side) => {
    const client = await side.connect();
    await client.emit("rooms");
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([
      [true, true, true, false],
      [true, false],
    ]);
  });
});

describe("an ack of no clients without a timeout", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.on("ask", async (room: string) => {
        try {
          note(await io.to(room).emitWithAck("question"));
        } catch (error) {
          note((error as Error).message);
        }
        io.to(room).emit("question", (error: Error | null, answers: unknown) =>
          note(error?.message, answers),
        );
      });
    });
  };

  both("is empty, and no error", application, async (side) => {
    const client = await side.connect();
    await client.emit("ask", "nobody");
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([[[]], [undefined, []]]);
  });

  both("of one client it still fails at once", application, async (side) => {
    const client = await side.connect();
    await client.emit("ask", client.id);
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([["operation has timed out"], ["operation has timed out", []]]);
  });
});

describe("the guard of what a connection handler does once", () => {
  const guarded: Application = (io, note) => {
    io.on("connection", async (socket) => {
      if (!socket.recovered) note("at once");
      await turn();
      if (!socket.recovered) note("later");
      socket.on("event", () => note("event", socket.recovered));
    });
  };

  both(
    "`socket.recovered` is true in replays, before and after an await",
    guarded,
    async (side) => {
      const client = await side.connect();
      await waitFor(() => side.noted.length === 2);
      await client.emit("event");
      await client.emit("event");
      expect(side.noted).toEqual([["at once"], ["later"], ["event", false], ["event", false]]);
    },
  );
});
