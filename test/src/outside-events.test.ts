import { lookup } from "node:dns";
import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs";
import type { Server, Socket } from "socket.io";
import { Server as SocketServer } from "socket.io";
import { skipTime } from "../support/skip-time";
import { World } from "../support/world";

/** What an application does outside of its events, where no invocation waits for it. */

let world: World;
const warnings = jest.spyOn(console, "warn");
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  warnings.mockReset();
  errors.mockReset();
});
afterEach(() => world.close());

const losses = () =>
  warnings.mock.calls
    .map(([entry]) => entry as { message: string; at: string })
    .filter(({ message }) => message.startsWith("Cannot wait for an effect"));

/** One container, in which something can be done from outside. */
async function startOne(setup: (io: Server) => void): Promise<Server> {
  const io = new SocketServer();
  setup(io);
  world = await World.start(() => io);
  return io;
}

test("one effect that fails does not silence those that follow", async () => {
  const io = await startOne(() => {});
  await world.connect("a=");
  const { store } = world.table;
  const everyone = jest.spyOn(store, "everyone").mockImplementationOnce(() => {
    throw new Error("The table is away");
  });
  io.emit("first");
  await io.fetchSockets();
  io.emit("second");
  await io.fetchSockets();
  expect(everyone).toHaveBeenCalled();
  expect(world.events("a=")).toEqual([["second"]]);
  expect(errors).toHaveBeenCalledTimes(1);
});

test("each place that emits outside of events is logged, once", async () => {
  const io = await startOne(() => {});
  await world.connect("a=");
  for (let times = 0; times < 3; times++) io.emit("same place");
  io.emit("another place");
  await io.fetchSockets();
  const broadcasts = losses().filter(({ message }) => message.includes("(broadcast)"));
  const places = broadcasts.map(({ at }) => at);
  expect(places).toHaveLength(2);
  for (const place of places) expect(place).toContain("outside-events.test.ts");
});

test.each<[string, (socket: Socket) => void]>([
  ["send", (socket) => socket.emit("late")],
  ["join", (socket) => void socket.join("late")],
  ["leave", (socket) => void socket.leave("late")],
  ["disconnect", (socket) => void socket.disconnect()],
])("a callback's %s that comes after its event is dropped and logged", async (what, act) => {
  const clock = new EventEmitter();
  const io = await startOne((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        clock.once("strike", () => act(socket));
      });
    });
  });
  const id = await world.connect("a=");
  await world.emit("a=", "go");
  world.take("a=");
  clock.emit("strike");
  expect(losses()).toEqual([
    {
      message: expect.stringContaining(`(${what})`),
      at: expect.stringContaining("outside-events"),
    },
  ]);
  expect(losses()[0]?.message).toContain("it was dropped");
  expect(world.take("a=")).toEqual([]);
  expect(io.of("/").adapter.sids.has(id)).toBe(false);
});

test("a broadcast of such a callback is tried, and logged", async () => {
  const clock = new EventEmitter();
  await startOne((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        const struck = once(clock, "strike");
        void struck.then(() => io.emit("late"));
      });
    });
  });
  await world.connect("a=");
  await world.emit("a=", "go");
  clock.emit("strike");
  await new Promise(setImmediate);
  expect(losses()).toHaveLength(1);
  expect(losses()[0]?.message).toContain("it may get lost");
});

test("what a listener awaits, and what follows the end of a client, is not logged", async () => {
  await startOne((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        await new Promise(setImmediate);
        socket.emit("in time");
        socket.disconnect(true);
        socket.emit("after its end");
      });
    });
  });
  await world.connect("a=");
  await world.emit("a=", "go");
  expect(world.events("a=")).toEqual([["in time"]]);
  expect(losses()).toEqual([]);
});

test("a replay that its invocation has stopped waiting for is still known by socket.recovered", async () => {
  const clock = new EventEmitter();
  const seen: [at: string, recovered: boolean][] = [];
  await startOne((io) => {
    io.on("connection", async (socket) => {
      seen.push(["connection", socket.recovered]);
      socket.on("go", () => void seen.push(["go", socket.recovered]));
      if (!socket.recovered) return;
      await once(clock, "strike");
      seen.push(["later", socket.recovered]);
    });
  });
  await world.connect("a=");
  await skipTime(() => world.emit("a=", "go"));
  clock.emit("strike");
  await new Promise(setImmediate);
  expect(seen).toEqual([
    ["connection", false],
    ["connection", true],
    ["go", false],
    ["later", true],
  ]);
});

test("a connection handler may register its listeners in a callback", async () => {
  await startOne((io) => {
    io.on("connection", (socket) => {
      readFile(__filename, () => socket.on("go", (ack) => ack("done")));
    });
  });
  await world.connect("a=");
  world.take("a=");
  await world.frames("a=", `427["go"]`);
  expect(world.take("a=")).toEqual(['437["done"]']);
});

test.each<[string, (done: () => void) => void]>([
  ["a file", (done) => void readFile(__filename, done)],
  ["a name", (done) => void lookup("localhost", done)],
  ["setImmediate", (done) => void setImmediate(done)],
  [
    "setImmediate in setImmediate",
    (done) => void setImmediate(setImmediate, () => setImmediate(done)),
  ],
  ["a file in a file's", (done) => void readFile(__filename, () => readFile(__filename, done))],
])(
  "the callback of %s belongs to the event, although the listener does not await it",
  async (_, ask) => {
    await startOne((io) => {
      io.on("connection", (socket) => {
        socket.on("go", (ack) => ask(() => ask(() => ack("done"))));
      });
    });
    await world.connect("a=");
    world.take("a=");
    await world.frames("a=", `427["go"]`);
    expect(world.take("a=")).toEqual(['437["done"]']);
    expect(losses()).toEqual([]);
  },
);
