import { Server } from "socket.io";
import { skipTime } from "../support/skip-time";
import { World } from "../support/world";

/** What goes wrong half-way, comes again, or is done by unusual applications. */

let world: World;
async function start(setup: (io: Server) => void): Promise<World> {
  world = await World.of(setup);
  return world;
}
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  errors.mockReset();
  jest.spyOn(console, "warn").mockImplementation();
});
afterEach(() => world.close());

const events = (id: string) => world.events(id);

const failOnce = (method: "saveState" | "leave" | "completeSocket") =>
  jest.spyOn(world.table.store, method).mockRejectedValueOnce(new Error("throttled"));

describe("a frame that comes again", () => {
  test("as CONNECT completes the socket and is answered again", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.on("x", () => io.emit("everyone"));
      });
    });
    await world.open("a=");
    // The socket was stored, its memberships were not.
    world.table.writes.dieAfter(1);
    expect(await world.frames("a=", "40")).toBe(0);
    expect(world.table.writes.revive()).toBe(true);
    world.take("a=");
    expect(await world.again("a=", "40")).toBe(1);
    expect(world.take("a=")).toEqual([expect.stringMatching(/^40\{"sid"/)]);
    await world.emit("a=", "x");
    expect(events("a=")).toEqual([["everyone"]]);
    await world.end("a=");
    expect(await world.table.size()).toBe(0);
  });

  test("as DISCONNECT does not close the connection", async () => {
    await start((io) => {
      io.of("/chat");
      io.on("connection", (socket) => {
        socket.on("x", () => socket.emit("alive"));
      });
    });
    await world.connect("a=");
    await world.join("a=", "/chat");
    await world.frames("a=", "41/chat,");
    expect(await world.again("a=", "41/chat,", '42["x"]')).toBe(2);
    expect(events("a=")).toEqual([["alive"]]);
    expect(world.gone.has("a=")).toBe(false);
  });

  test("finds the data as the event before it has left them", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.data.count ??= 0;
        socket.on("count", () => {
          socket.data.count++;
          socket.leave("room");
        });
        socket.on("get", (ack) => ack(socket.data.count));
      });
    });
    await world.connect("a=");
    failOnce("leave");
    expect(await world.frames("a=", '42["count"]')).toBe(0);
    expect(await world.again("a=", '42["count"]')).toBe(1);
    world.take("a=");
    await world.frames("a=", '420["get"]');
    expect(world.take("a=")).toEqual(["430[1]"]);
  });

  test("as a leave that failed half-way is completed", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.join("room");
        socket.on("leave", () => socket.leave("room"));
        socket.on("shout", () => io.to("room").emit("hey"));
      });
    });
    await world.connect("a=");
    // The connection has forgotten the room, the membership is still there.
    world.table.writes.dieAfter(1);
    expect(await world.emit("a=", "leave")).toBe(0);
    expect(world.table.writes.revive()).toBe(true);
    await world.again("a=", '42["leave"]', '42["shout"]');
    expect(events("a=")).toEqual([]);
  });
});

test("an end whose effects failed is tried again, with its handlers", async () => {
  const said: string[] = [];
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("disconnect", () => {
        said.push("disconnect");
        io.emit("left");
      });
    });
  });
  await world.connect("a=");
  await world.connect("b=");
  world.take("b=");
  jest.spyOn(world.table.store, "everyone").mockImplementationOnce(() => {
    throw new Error("throttled");
  });
  expect(await world.end("a=")).toBe(0);
  expect(await world.end("a=")).toBe(1);
  expect(said).toEqual(["disconnect", "disconnect"]);
  expect(events("b=")).toEqual([["left"]]);
});

test("a socket that its connection handler refuses is told so and leaves nothing", async () => {
  for (const close of [true, false]) {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.disconnect(close);
      });
    });
    await world.open("a=");
    world.take("a=");
    expect(await world.frames("a=", "40")).toBe(1);
    expect(world.take("a=")).toEqual([expect.stringMatching(/^40\{/), "41"]);
    expect(await world.table.size()).toBe(close ? 0 : 1);
    await world.close();
  }
  await start(() => {});
});

test("a connection handler's effects happen in program order, its joins too", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      io.to("room").emit("before");
      socket.join("room");
      socket.join("second");
      io.to("room").emit("in");
      if (socket.handshake.auth.leave) {
        socket.leave("room");
        io.to("room").emit("out");
        io.to("second").emit("still in second");
        socket.disconnect();
        io.to("second").emit("gone");
      }
    });
  });
  await world.connect("a=", "/", { leave: true });
  expect(events("a=")).toEqual([["in"], ["still in second"]]);
  await world.connect("b=");
  expect(events("b=")).toEqual([["in"]]);
});

test("joins in a row are one write", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.join("a");
      socket.join(["b", "c"]);
      socket.on("x", async () => {
        socket.join("d");
        await socket.join("e");
        await socket.join("f");
      });
    });
  });
  const join = jest.spyOn(world.table.store, "join");
  const add = jest.spyOn(world.table.store, "addSocket");
  const id = await world.connect("a=");
  expect(add.mock.calls.map(([, { rooms }]) => [...rooms])).toEqual([[id, "a", "b", "c"]]);
  await world.emit("a=", "x");
  expect(join.mock.calls.map(([, rooms]) => rooms)).toEqual([["d", "e"], ["f"]]);
});

test("leaveAll leaves the rooms and nothing else", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.join(["a", "b"]);
      socket.on("leave", () => (socket as unknown as { leaveAll(): void }).leaveAll());
      socket.on("rooms", () => socket.emit("rooms", [...socket.rooms]));
      socket.on("all", () => io.emit("still here"));
    });
  });
  const id = await world.connect("a=");
  await world.frames("a=", '42["leave"]', '42["rooms"]', '42["all"]');
  expect(events("a=")).toEqual([["rooms", []], ["still here"]]);
  expect(id).toHaveLength(20);
});

test("a room that a listener has left stays left in every replay", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.join("lobby");
      socket.on("leave", () => socket.leave("lobby"));
      socket.on("rooms", () => socket.emit("rooms", socket.rooms.has("lobby")));
    });
  });
  await world.connect("a=");
  await world.emit("a=", "leave");
  await world.emit("a=", "rooms");
  expect(events("a=")).toEqual([["rooms", false]]);
});

test("an event without a name harms no client", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("x", () => socket.emit("alive"));
    });
  });
  await world.connect("a=");
  expect(await world.frames("a=", "42", '42["x"]')).toBe(2);
  expect(events("a=")).toEqual([["alive"]]);
});

test("an empty message packet is a violation", async () => {
  await start(() => {});
  await world.connect("a=");
  await world.frames("a=", "4");
  expect(world.gone.has("a=")).toBe(true);
});

test("catch-all listeners are awaited, and one that throws harms no other", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.onAny(() => {
        throw new Error("catch-all");
      });
      socket.onAny(async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        socket.emit("any", event);
      });
      socket.on("x", () => socket.emit("x"));
    });
  });
  await world.connect("a=");
  await world.emit("a=", "x");
  expect(events("a=")).toEqual([["x"], ["any", "x"]]);
});

test("a middleware that goes on and then fails has gone on", async () => {
  await start((io) => {
    io.use(async (_, next) => {
      next();
      throw new Error("after next");
    });
    io.on("connection", (socket) => {
      socket.on("x", () => socket.emit("alive"));
    });
  });
  await world.connect("a=");
  await world.emit("a=", "x");
  expect(events("a=")).toEqual([["alive"]]);
});

test("a matcher that throws refuses", async () => {
  await start((io) => {
    io.of((_name, auth, next) => next(null, auth.token.length > 3));
  });
  await world.open("a=");
  expect(await world.frames("a=", "40/x,")).toBe(1);
  expect(world.take("a=").at(-1)).toContain("Invalid namespace");
});

test("what cannot be done in time is not called done", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("x", () => {
        socket.join("room");
      });
    });
  });
  await world.connect("a=");
  jest.spyOn(world.table.store, "join").mockReturnValueOnce(new Promise(() => {}));
  world.patienceMs = 2000;
  const frames = () => world.frames("a=", '42["x"]', '42["x"]');
  expect(await skipTime(frames)).toBe(0);
});

test("a WebSocket without a life behind it is closed", async () => {
  await start(() => {});
  await world.frames("a=", '42["x"]');
  expect(world.gone.has("a=")).toBe(true);
});

test("nothing of a connection stays in the process", async () => {
  const io = new Server({ cleanupEmptyChildNamespaces: true });
  io.of(/^\/dynamic-\d+$/);
  io.use((socket, next) => (socket.handshake.auth.drop ? undefined : next()));
  world = await World.start(() => io);
  for (let n = 0; n < 5; n++) {
    await world.connect(`a${n}=`);
    await world.join(`a${n}=`, `/dynamic-${n}`);
  }
  const main = io.sockets as unknown as {
    sockets: Map<string, unknown>;
    _preConnectSockets: Map<string, unknown>;
    adapter: { sids: Map<string, unknown> };
  };
  expect([main.sockets.size, main._preConnectSockets.size, main.adapter.sids.size]).toEqual([
    0, 0, 0,
  ]);
  expect([...io._nsps.keys()]).toEqual(["/"]);
});

test("data that JSON cannot say are left out by themselves", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("write", () => {
        socket.data = { fine: 1, large: 1n };
        (socket as unknown as { user: object }).user = { name: "Ada", avatar: undefined };
      });
      socket.on("read", (ack) => ack(socket.data, (socket as unknown as { user: object }).user));
    });
  });
  await world.connect("a=");
  await world.emit("a=", "write");
  world.take("a=");
  await world.frames("a=", '420["read"]');
  expect(world.take("a=")).toEqual(['430[{"fine":1},{"name":"Ada"}]']);
});

test.each([undefined, null])("%s in place of socket.data is empty data", async (nothing) => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("write", () => {
        socket.data = nothing;
      });
      socket.on("read", (ack) => ack(socket.data));
    });
  });
  await world.connect("a=");
  expect(await world.frames("a=", '42["write"]')).toBe(1);
  world.take("a=");
  await world.frames("a=", '420["read"]');
  expect(world.take("a=")).toEqual(["430[{}]"]);
});
