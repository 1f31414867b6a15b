import type { Server } from "socket.io";
import { World } from "../support/world";

/** `ordering: "application"`: one process that stays, or another one for each batch, which makes no difference. */

async function start(residence: "fresh" | "warm", setup: (io: Server) => void): Promise<World> {
  const world = await World.of(setup);
  world.residence = residence;
  return world;
}

describe.each(["fresh", "warm"] as const)("with %s containers", (residence) => {
  test("sockets keep their data, properties and rooms", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.on("set", (name) => {
          socket.data.name = name;
          Object.assign(socket, { nick: `nick of ${name}` });
          socket.join("named");
        });
        socket.on("get", () =>
          socket.emit("got", socket.data.name, (socket as never as { nick: string }).nick, [
            ...socket.rooms,
          ]),
        );
      });
    });
    const id = await world.connect("a=");
    await world.emit("a=", "set", "Ada");
    await world.emit("a=", "get");

    expect(world.events("a=")).toEqual([["got", "Ada", "nick of Ada", [id, "named"]]]);
  });

  test("a handler sees and changes every socket, at once", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.on("look", async () => {
          const { rooms, sids } = io.sockets.adapter;
          const all = [...io.sockets.sockets.keys()];
          io.in(all[0] as string).socketsJoin("first");
          const members = [...(rooms.get("first") ?? [])];
          io.sockets.sockets.get(all[1] as string)!.data.seen = true;
          const fetched = (await io.fetchSockets()).map(({ id, data }) => [id, data.seen]);
          socket.emit("seen", {
            all,
            members,
            sids: sids.size,
            count: io.engine.clientsCount,
            fetched,
          });
        });
      });
    });
    const [a, b] = [await world.connect("a="), await world.connect("b=")];
    await world.emit("b=", "look");
    await world.emit("b=", "look");

    const seen = {
      ...{ all: [a, b], members: [a], sids: 2, count: 2 },
      fetched: [
        [a, undefined],
        [b, true],
      ].map(([id, seen]) => [id, seen ?? null]),
    };
    expect(world.events("b=")).toEqual([
      ["seen", seen],
      ["seen", seen],
    ]);
  });

  test("members of a room come in the order in which they joined", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.on("join", () => socket.join("r"));
        socket.on("who", async () =>
          socket.emit(
            "who",
            (await io.in("r").fetchSockets()).map(({ id }) => id),
          ),
        );
      });
    });
    const ids = [await world.connect("a="), await world.connect("b="), await world.connect("c=")];
    for (const id of ["c=", "a=", "b="]) await world.emit(id, "join");
    await world.emit("a=", "who");

    expect(world.events("a=")).toEqual([["who", [ids[2], ids[0], ids[1]]]]);
  });

  test("a broadcast reaches those who are in the room when it is sent", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.join("r");
        socket.on("leave and tell", () => {
          io.to("r").emit("before");
          socket.leave("r");
          io.to("r").emit("after");
          socket.broadcast.emit("others");
        });
      });
    });
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "leave and tell");

    expect(world.events("a=")).toEqual([["before"]]);
    expect(world.events("b=")).toEqual([["before"], ["after"], ["others"]]);
  });

  test("the end of a connection is handled, and others see it", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.join("r");
        socket.on("disconnect", (reason) =>
          io.emit("left", socket.id, reason, io.sockets.sockets.size, io.engine.clientsCount),
        );
      });
    });
    const a = await world.connect("a=");
    await world.connect("b=");
    await world.end("a=");

    expect(world.events("b=")).toEqual([["left", a, "transport close", 1, 1]]);
    expect(await world.table.memberships()).toHaveLength(3);
    expect((await world.table.application.read()).entries.size).toBe(2);
    await world.end("b=");
    expect((await world.table.application.read()).entries.size).toBe(0);
  });

  test("a handler that disconnects another socket ends its connection", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.on("kick", (id) => io.in(id).disconnectSockets(true));
        socket.on("disconnect", () => io.emit("left", socket.id));
      });
    });
    const a = await world.connect("a=");
    await world.connect("b=");
    await world.emit("b=", "kick", a);

    expect(world.events("b=")).toEqual([["left", a]]);
    expect(world.gone.has("a=")).toBe(true);
    expect(await world.table.store.load("a=")).toBeUndefined();
  });

  test("what publish does to rooms reaches the application, in the order of its lane", async () => {
    const world = await start(residence, (io) => {
      io.on("connection", (socket) => {
        socket.on("rooms", () => socket.emit("rooms", [...socket.rooms].slice(1)));
      });
    });
    const a = await world.connect("a=");
    await world.fromOutside((namespace) => namespace.in(a).socketsJoin(["x", "y"]));
    await world.fromOutside((namespace) => namespace.in("x").socketsLeave("y"));
    await world.runCommands();
    await world.emit("a=", "rooms");
    await world.fromOutside((namespace) => void namespace.in("x").disconnectSockets());
    await world.runCommands();

    expect(world.events("a=")).toEqual([["rooms", ["x"]]]);
    expect(await world.table.memberships()).toEqual([]);
  });
});

test("a listener that holds up the application is logged by its event and time", async () => {
  const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
  const world = await start("warm", (io) => {
    io.on("connection", (socket) => {
      socket.on("think", async () => {
        const { now } = Date;
        await undefined;
        jest.spyOn(Date, "now").mockImplementation(() => now() + 2000);
      });
    });
  });
  try {
    await world.connect("a=");
    await world.emit("a=", "think");
    expect(warn.mock.calls.flat()).toContainEqual(
      expect.objectContaining({
        message: "A listener has held up the whole application: its next events wait for it",
        listener: 'a listener for "think"',
        tookMs: expect.any(Number),
      }),
    );
  } finally {
    jest.restoreAllMocks();
  }
});

test.each(["fresh", undefined] as const)(
  "an operator that a file has made at its top reaches its room (containers: %s)",
  async (residence) => {
    const world = await World.of((io) => {
      const news = io.to("news");
      io.on("connection", (socket) => {
        socket.join("news");
        socket.on("tell", async () => {
          news.emit("told", (await news.fetchSockets()).length);
        });
      });
    });
    world.residence = residence;
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "tell");

    expect([world.events("a="), world.events("b=")]).toEqual([[["told", 2]], [["told", 2]]]);
  },
);

test("the adapter that Socket.IO has made for recovery goes on with its own sessions", async () => {
  let earlier: object = {};
  const setup = (io: Server) => {
    earlier = io.of("/").adapter;
  };
  const world = await World.of(setup, { connectionStateRecovery: {} });
  await world.connect("a=");

  // Its timer looks through them each minute.
  expect(earlier).toMatchObject({ sessions: expect.any(Map), packets: [] });
});
