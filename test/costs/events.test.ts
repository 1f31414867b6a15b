import { Server } from "socket.io";
import { startMemory } from "../../src/durable";
import { compiled } from "../memory/small";
import { evaluate } from "../support/compiled-world";
import type { TestTable } from "../support/table";
import { startWorldOnTable, worldOnTable } from "../support/table-world";
import type { World } from "../support/world";
import { documented, row } from "./documented";
import { Meter } from "./meter";

/** The table in docs/performance.md of what each event costs, measured against a real table. */

function application(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("join", (room) => void socket.join(room));
    socket.on("leave", (room) => void socket.leave(room));
    socket.on("say", (room) => io.to(room).emit("said", "hello"));
    socket.on("others", (room) => socket.to(room).emit("said", "hello"));
    socket.on("self", () => socket.emit("said", "hello"));
    socket.on("ack", (ack) => ack("fine"));
    socket.on("write", () => {
      socket.data.count = (socket.data.count ?? 0) + 1;
    });
    socket.on("nothing", () => {});
  });
}

const handshake = { EIO: "4", transport: "websocket" };

/** Ten members in a room, one of them `a=`. */
async function start(recovers: boolean, isResident = false) {
  const world = await worldOnTable(application, recovers ? { connectionStateRecovery: {} } : {});
  if (isResident) world.residence = "warm";
  for (let n = 0; n < 10; n++) {
    const id = n === 0 ? "a=" : `member${n}=`;
    await world.connect(id);
    await world.emit(id, "join", "room");
  }
  return { world, meter: new Meter(world) };
}

type Scenario = readonly [name: string, act: (world: World<TestTable>) => Promise<unknown>];

const scenarios: readonly Scenario[] = [
  [
    "connect",
    async (world) => {
      await world.open("new=", handshake);
      await world.frames("new=", "40");
    },
  ],
  ["join", (world) => world.emit("a=", "join", "another")],
  ["join again", (world) => world.emit("a=", "join", "room")],
  ["leave", (world) => world.emit("a=", "leave", "another")],
  ["room message to 10", (world) => world.emit("a=", "say", "room")],
  ["to the others, 9 of 10", (world) => world.emit("a=", "others", "room")],
  ["self message", (world) => world.emit("a=", "self")],
  ["ack to the client", (world) => world.frames("a=", '421["ack"]')],
  ["event without effect", (world) => world.emit("a=", "nothing")],
  ["write to socket.data", (world) => world.emit("a=", "write")],
  [
    "10 events in a batch, each to the sender",
    (world) => world.frames("a=", ...Array<string>(10).fill('42["self"]')),
  ],
  ["disconnect from a room", (world) => world.end("member9=")],
];

const variants: readonly (readonly [string, boolean])[] = [
  ["", false],
  [" (recovery)", true],
];

describe.each(variants)("as documented%s", (suffix, recovers) => {
  let world: World<TestTable>;
  let meter: Meter;
  beforeAll(async () => {
    ({ world, meter } = await start(recovers));
  });
  afterAll(() => world.close());

  const shown = recovers
    ? scenarios.filter(([name]) => /^(connect|room|self|disconnect)/.test(name))
    : scenarios;
  test.each(shown)("%s", async (name, act) => {
    const cost = await meter.of(() => act(world));
    expect(row(name + suffix, cost)).toBe(documented(name + suffix));
  });
});

describe("as documented (application)", () => {
  let world: World<TestTable>;
  let meter: Meter;
  beforeAll(async () => {
    ({ world, meter } = await start(false, true));
    // Every 32 commits entries are written, which the page tells apart.
    for (let n = 0; n < 5; n++) await world.emit("a=", "write");
  });
  afterAll(() => world.close());

  const shown = scenarios.filter(([name]) => !/^(join again|ack|to the others)/.test(name));
  test.each(shown)("%s", async (name, act) => {
    const cost = await meter.of(() => act(world));
    const named = `${name} (application)`;
    expect(row(named, cost)).toBe(documented(named));
  });
});

describe("as documented (its own memory)", () => {
  let world: World<TestTable>;
  let meter: Meter;
  beforeAll(async () => {
    const code = compiled(`io.on("connection", (socket) => {
  let count = 0;
  socket.on("self", () => socket.emit("said", count));
  socket.on("nothing", () => {});
  socket.on("count", () => count++);
});`);
    world = await startWorldOnTable(() => evaluate(code, () => new Server()));
    world.startMemory = startMemory;
    await world.connect("a=");
    meter = new Meter(world);
  });
  afterAll(() => world.close());

  const own: readonly Scenario[] = [
    ...scenarios.filter(([name]) => /^(self|event)/.test(name)),
    ["change of a variable", (world) => world.emit("a=", "count")],
  ];
  test.each(own)("%s", async (name, act) => {
    const cost = await meter.of(() => act(world));
    const named = `${name} (its own memory)`;
    expect(row(named, cost)).toBe(documented(named));
  });
});

test("at least 12,000 members fit a page of 1 MB", async () => {
  const world = await worldOnTable(application);
  await world.connect("U43EnUabp7dwh7M=");
  await world.emit("U43EnUabp7dwh7M=", "join", "a room with quite a name");
  const [item] = (await world.table.items()).filter(({ p }) => String(p).startsWith("r/,sa room"));
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
  const bytes = Object.entries(item ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(String(value)),
    0,
  );
  expect(bytes).toBeGreaterThan(40);
  expect(Math.floor(2 ** 20 / bytes)).toBeGreaterThan(12_000);
  await world.close();
});
