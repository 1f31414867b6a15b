import { randomBytes } from "node:crypto";
import type { Server, ServerOptions } from "socket.io";
import type { JsonService } from "../../src/aws/json-client";
import { sendSlice } from "../../src/functions/send-slice";
import { parseSlice, type Slice } from "../../src/lanes/slices";
import { SqsWorkers } from "../../src/lanes/sqs-workers";
import type { GoneMember } from "../../src/ports";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import type { World } from "../support/world";

let world: World<TestTable>;
/** What was put on the queue of parts, batch by batch. */
let queued: { readonly part: Slice; readonly group: string }[];
/** Whether parts are worked on as soon as they are sent. */
let isWorking = true;
const reported: GoneMember[] = [];
/** Parts that are being sent. */
const working: Promise<void>[] = [];

const app = (io: Server) => {
  io.on("connection", (socket) => {
    socket.on("join", (room) => socket.join(room));
    socket.on("to", (room, ...args) => socket.to(room).emit("hi", ...args));
    socket.on("room", (room, ...args) => io.to(room).emit("hi", ...args));
    socket.on("bytes", (room) => {
      const { buffer } = new Uint8Array([9, 9, 4, 5, 6, 7]);
      const all = [new Uint16Array(buffer, 2), new DataView(buffer, 2), buffer.slice(2)];
      io.to(room).emit("hi", ...all);
    });
    socket.on("all", (...args) => io.emit("hi", ...args));
    socket.on("except", (room, not) => io.to(room).except(not).emit("hi"));
    socket.on("two", (...rooms) => io.to(rooms).emit("hi"));
  });
};

/** A message of a batch. */
interface Sent {
  readonly MessageBody: string;
  readonly MessageGroupId: string;
}

const ports = () => ({
  ...world.table,
  delivery: world.delivery,
  lanes: { gone: async (members: readonly GoneMember[]) => void reported.push(...members) },
});

async function start(
  options: { threshold: number; waitMs?: number },
  server: Partial<ServerOptions> = {},
): Promise<void> {
  world = await worldOnTable(app, server);
  queued = [];
  reported.length = 0;
  isWorking = true;
  const sqs: JsonService = {
    async call(_operation, input) {
      const { Entries: entries } = input as { readonly Entries: readonly Sent[] };
      expect(entries.length).toBeLessThanOrEqual(10);
      for (const { MessageBody: body, MessageGroupId: group } of entries) {
        const part = parseSlice(body);
        queued.push({ part, group });
        if (isWorking) working.push(sendSlice(ports(), part));
      }
      return {};
    },
  };
  const workerOptions = { url: "queue", waitMs: 60_000, ...options };
  world.workers = new SqsWorkers(sqs, world.table.fanOutJobs, workerOptions);
}

afterEach(async () => {
  await Promise.all(working.splice(0));
  await world.close();
});

/** Members of a room that no client has joined. */
async function fill(room: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomBytes(15).toString("base64url"));
  const put = ids.map((id) => ({ p: `r/,s${room}`, s: id, c: `c${id}` }));
  for (let at = 0; at < put.length; at += 1000) {
    await world.table.write(put.slice(at, at + 1000));
  }
  return ids.map((id) => `c${id}`);
}

const heard = (id: string) => world.take(id).filter((text) => text.startsWith("42"));

test("a room of thousands is cut, and every member hears once, but for the sender", async () => {
  await start({ threshold: 5000 });
  await world.connect("me");
  await world.emit("me", "join", "big");
  const members = await fill("big", 21_000);
  world.take("me");
  await world.emit("me", "to", "big", 1);
  await Promise.all(working);
  expect(members.filter((id) => heard(id).join() !== '42["hi",1]')).toEqual([]);
  expect(heard("me")).toEqual([]);
  // A page of 1 MB tells how many there are: more than one part takes, hence the next number of cells.
  expect(queued).toHaveLength(4);
  expect(new Set(queued.map(({ group }) => group)).size).toBe(4);
});

test("the sender goes on when all have heard, so what it sends next comes next", async () => {
  await start({ threshold: 3 });
  for (const id of ["a", "b", "c", "d"]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
  }
  const frames = ["one", "two"].map((text) => `42["room","r","${text}"]`);
  await world.frames("a", ...frames);
  for (const id of ["a", "b", "c", "d"]) {
    expect(heard(id)).toEqual(['42["hi","one"]', '42["hi","two"]']);
  }
  expect(queued).toHaveLength(2);
  expect(queued[0]?.group).toBe(queued[1]?.group);
});

test("bytes of any kind are kept for the workers as what they are", async () => {
  await start({ threshold: 3 });
  for (const id of ["a", "b", "c", "d"]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
    world.take(id);
  }
  await world.emit("a", "bytes", "r");
  expect(queued).toHaveLength(1);
  const event =
    '453-["hi",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]';
  for (const id of ["a", "b", "c", "d"]) {
    expect(world.take(id)).toEqual([event, "bBAUGBw==", "bBAUGBw==", "bBAUGBw=="]);
  }
});

test("with recovery, nothing is taken as received because workers were still sending", async () => {
  await start({ threshold: 3 }, { connectionStateRecovery: {} as never });
  for (const id of ["a", "b", "c", "d"]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
  }
  await world.emit("a", "join", "s");
  await world.emit("a", "room", "r", "large");
  await world.emit("a", "room", "s", "small");
  await Promise.all(working);
  const read = async (room: string) => {
    for await (const page of world.table.log.since("/", room, "0")) return page;
    throw new Error(`nothing is logged for ${room}`);
  };
  const [large, small] = [await read("r"), await read("s")];
  expect(large.packets).toHaveLength(1);
  // Who saw it last may have missed what came while it was on its way to others.
  expect(large.ends.size).toBe(0);
  expect(small.packets).toHaveLength(1);
  expect([...small.ends.keys()]).toEqual([small.packets[0]?.offset]);
});

test("everyone is cut by the namespace's partitions", async () => {
  await start({ threshold: 3 });
  const ids = Array.from({ length: 12 }, (_, n) => `c${n}`);
  for (const id of ids) await world.connect(id);
  await world.emit("c0", "all", "x");
  expect(ids.map((id) => heard(id))).toEqual(ids.map(() => ['42["hi","x"]']));
  expect(queued).toHaveLength(4);
});

test("excepted rooms, gone members and a member whose time is over", async () => {
  await start({ threshold: 2 });
  for (const id of ["a", "b", "c", "d"]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
  }
  await world.emit("b", "join", "not");
  world.gone.add("c");
  const over = { p: "r/,sr", s: "A".repeat(20), c: "over", u: 1 };
  await world.table.write([over]);
  await world.emit("a", "except", "r", "not");
  expect(heard("a")).toEqual(['42["hi"]']);
  expect(heard("b")).toEqual([]);
  expect(heard("d")).toEqual(['42["hi"]']);
  expect(heard("over")).toEqual([]);
  expect(reported).toEqual([
    expect.objectContaining({ connectionId: "c", namespace: "/", room: "r" }),
  ]);
});

test("a union and a small room are sent at once", async () => {
  await start({ threshold: 2 });
  for (const id of ["a", "b", "c"]) {
    await world.connect(id);
    await world.emit(id, "join", "r");
  }
  await world.emit("a", "join", "s");
  await world.emit("a", "two", "r", "s");
  await world.emit("a", "room", "s");
  expect(queued).toEqual([]);
  expect(heard("a")).toEqual(['42["hi"]', '42["hi"]']);
  expect(heard("b")).toEqual(['42["hi"]']);
});

test("a broadcast that takes long is not repeated: the invocation goes on before its time is over", async () => {
  await start({ threshold: 1000 });
  isWorking = false;
  await fill("big", 1200);
  await world.connect("me");
  world.patienceMs = 2000;
  expect(await world.emit("me", "room", "big")).toBe(1);
  expect(queued).toHaveLength(1);
});

test("a part that died goes on where its progress was noted", async () => {
  await start({ threshold: 1000, waitMs: 100 });
  const members = await fill("big", 5000);
  isWorking = false;
  await world.connect("me");
  await world.emit("me", "room", "big");
  const { part } = queued[0] as { part: Slice };
  let posts = 0;
  const dying = {
    ...ports(),
    fanOutJobs: Object.assign(Object.create(world.table.fanOutJobs), {
      note: async (...args: Parameters<typeof world.table.fanOutJobs.note>) => {
        await world.table.fanOutJobs.note(...args);
        throw new Error("killed");
      },
    }),
  };
  world.beforeSend = async () => void posts++;
  await expect(sendSlice(dying, part)).rejects.toThrow("killed");
  expect(posts).toBe(2000);
  await sendSlice(ports(), part);
  expect(posts).toBe(5000);
  expect(members.filter((id) => heard(id).length !== 1)).toEqual([]);
  const [progress] = await world.table.fanOutJobs.progresses(part.id);
  expect(progress).toMatchObject({ isDone: true, counts: { delivered: 5000, failed: 0 } });
  // Once more, as when SQS delivers twice: no client hears it again.
  await sendSlice(ports(), part);
  expect(posts).toBe(5000);
});

test("a packet that is no longer kept is no error", async () => {
  await start({ threshold: 1 });
  await sendSlice(ports(), {
    id: "x",
    part: 0,
    range: { partition: "r/,sr", after: "-", to: "~" },
  });
});

test.each(["", "null", "{}", '{"id":"a","part":"0","range":{}}'])("refuses a part %p", (body) => {
  expect(() => parseSlice(body)).toThrow();
});
