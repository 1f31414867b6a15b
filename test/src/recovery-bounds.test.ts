import {
  type Kept,
  LOWEST,
  moveBetweenRooms,
  openAgain,
  returnFrame,
  startSession,
} from "../support/returning";
import { World } from "../support/world";

/** What a client that comes back may be sent: what its session may have missed, whatever offset it names. */

let world: World;
beforeEach(async () => {
  world = await World.of(moveBetweenRooms, { connectionStateRecovery: {} });
  await world.connect("x=");
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

const start = (id: string) => startSession(world, id);

/** What a client heard that came back: texts of events, and whether its session went on. */
async function resume(id: string, { pid, sid }: Kept, offset = LOWEST) {
  await openAgain(world, id);
  await world.frames(id, returnFrame({ pid, sid }, offset));
  const frames = world.take(id);
  const reply = JSON.parse(frames.find((text) => text.startsWith("40"))?.slice(2) as string);
  const events = frames.filter((text) => text.startsWith("42")).map(read);
  return {
    texts: events.map(([, text]) => text),
    isRecovered: reply.sid === sid,
    offset: events.at(-1)?.at(-1) as string,
  };
}

const read = (frame: string) => JSON.parse(frame.slice(2)) as string[];
const say = (text: string, room = "r") => world.emit("x=", "say", room, text);

describe("an offset of the client's choice", () => {
  test("brings nothing from before the socket joined the room", async () => {
    const kept = await start("a=");
    await say("before");
    await world.emit("a=", "enter", "r");
    await say("while it was there");
    await world.end("a=");
    await say("while it was away");
    const { texts, isRecovered } = await resume("b=", kept);
    expect(isRecovered).toBe(true);
    expect(texts).toEqual(["while it was there", "while it was away"]);
  });

  test("brings nothing from before others joined the socket, nor from between two stays", async () => {
    const kept = await start("a=");
    await say("before", "s");
    await world.emit("x=", "fetch in", kept.sid, "s");
    await say("first stay");
    await world.emit("a=", "enter", "r");
    await say("in it");
    await world.emit("a=", "exit", "r");
    await say("between");
    await world.emit("a=", "enter", "r");
    await world.emit("a=", "enter", "r");
    await say("second stay");
    await say("joined by others", "s");
    await world.end("a=");
    expect((await resume("b=", kept)).texts).toEqual(["second stay", "joined by others"]);
  });

  test("brings nothing that was sent to everyone before the socket connected", async () => {
    await world.emit("x=", "say", [], "before");
    const kept = await start("a=");
    await world.end("a=");
    await world.emit("x=", "say", [], "after");
    expect((await resume("b=", kept)).texts).toEqual(["after"]);
  });

  test("keeps the times of joins over a recovery", async () => {
    const kept = await start("a=");
    await say("before");
    await world.emit("a=", "enter", "r");
    await world.end("a=");
    expect((await resume("b=", kept)).texts).toEqual([]);
    await say("after");
    await world.end("b=");
    expect((await resume("c=", kept)).texts).toEqual(["after"]);
  });

  test("cannot go behind an offset that the client has named before", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await say("one");
    const { offset } = { offset: read(world.take("a=").at(-1) as string).at(-1) };
    await world.end("a=");
    await say("two");
    expect((await resume("b=", kept, offset)).texts).toEqual(["two"]);
    await world.end("b=");
    expect((await resume("c=", kept)).texts).toEqual(["two"]);
  });
});

test("what others sent before a socket joined does not count where it joins at the connect", async () => {
  const kept = await start("a=");
  await world.emit("a=", "enter", "r");
  await world.end("a=");
  await resume("b=", kept);
  // Joined again by others, which changes nothing of how long it has been there.
  await say("missed");
  await world.emit("x=", "fetch in", kept.sid, "r");
  world.take("b=");
  await world.end("b=");
  expect((await resume("c=", kept)).texts).toEqual(["missed"]);
});

describe("who was excepted", () => {
  test("is judged by the rooms of then: a room that was joined later excepts nothing before", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await world.emit("x=", "say but", "r", "quiet", "before");
    await world.emit("a=", "enter", "quiet");
    await world.emit("x=", "say but", "r", "quiet", "after");
    await world.end("a=");
    expect((await resume("b=", kept)).texts).toEqual(["before"]);
  });

  test("is not sent what it was excepted from, although it has left that room since", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await world.emit("a=", "enter", "quiet");
    await world.emit("x=", "say but", "r", "quiet", "not for a");
    await world.emit("a=", "exit", "quiet");
    await say("for all");
    await world.end("a=");
    // The rooms that it has left are not kept, so this cannot be told: it is a new session.
    expect(await resume("b=", kept)).toMatchObject({ texts: [], isRecovered: false });
  });

  test("is recovered where nothing is in doubt", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await world.emit("a=", "enter", "other");
    await world.emit("a=", "exit", "other");
    await world.emit("x=", "say but", "r", "quiet", "later");
    await world.end("a=");
    expect(await resume("b=", kept)).toMatchObject({ texts: ["later"], isRecovered: true });
  });
});

test("nothing comes later that was said while the token was expired", async () => {
  const { now } = Date;
  const kept = await start("a=");
  await world.emit("a=", "claim", Math.floor(now() / 1000) + 60);
  await world.emit("a=", "enter", "r");
  await say("before");
  const later = jest.spyOn(Date, "now").mockImplementation(() => now() + 100_000);
  await say("meanwhile");
  await world.emit("a=", "claim", Math.floor(now() / 1000) + 900);
  await say("after");
  expect(world.events("a=").map((event) => (event as string[])[1])).toEqual(["before", "after"]);
  await world.end("a=");
  await say("away");
  expect((await resume("b=", kept)).texts).toEqual(["before", "after", "away"]);
  later.mockRestore();
});

describe("what is sent to one that comes back has an end", () => {
  test.each([
    ["packets", { missedPackets: 3 }, ["1", "2", "3", "4"]],
    ["bytes", { missedBytes: 300 }, ["a".repeat(200), "b".repeat(200)]],
  ])("in %s: beyond, it is a new session", async (_, limits, texts) => {
    world.limits = limits;
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await world.end("a=");
    for (const text of texts.slice(1)) await say(text);
    expect(await resume("b=", kept)).toMatchObject({ texts: texts.slice(1), isRecovered: true });
    await world.end("b=");
    for (const text of texts) await say(text);
    expect(await resume("c=", kept)).toMatchObject({ texts: [], isRecovered: false });
    expect(await resume("d=", kept)).toMatchObject({ texts: [], isRecovered: false });
    const all = await world.table.memberships();
    expect(all.filter(({ socketId }) => socketId === kept.sid)).toEqual([]);
  });

  test("in repetitions: a client that never takes note is a new one after three", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await world.end("a=");
    await say("missed");
    for (const id of ["b=", "c=", "d=", "e="]) {
      expect(await resume(id, kept)).toMatchObject({ texts: ["missed"], isRecovered: true });
      await world.end(id);
    }
    expect(await resume("f=", kept)).toMatchObject({ texts: [], isRecovered: false });
  });

  test("but a client that misses nothing comes back as often as it likes", async () => {
    const kept = await start("a=");
    await world.emit("a=", "enter", "r");
    await say("heard");
    const offset = read(world.take("a=").at(-1) as string).at(-1) as string;
    await world.end("a=");
    for (let n = 0; n < 8; n++) {
      expect(await resume(`b${n}=`, kept, offset)).toMatchObject({ texts: [], isRecovered: true });
      await world.end(`b${n}=`);
    }
  });
});

test("a client that a middleware refuses is sent nothing, and may come back later", async () => {
  let refuses = false;
  const guarded = await World.of(
    (io) => {
      io.use((_, next) => next(refuses ? new Error("not now") : undefined));
      io.on("connection", (socket) => {
        socket.on("enter", (room) => socket.join(room));
        socket.on("say", (room, text) => io.to(room).emit("news", text));
      });
    },
    { connectionStateRecovery: { skipMiddlewares: false } },
  );
  const outer = world;
  world = guarded;
  await world.connect("x=");
  const kept = await start("a=");
  await world.emit("a=", "enter", "r");
  await world.end("a=");
  await say("missed");
  refuses = true;
  await world.open("b=", { EIO: "4", transport: "websocket" });
  world.take("b=");
  await world.frames("b=", returnFrame(kept));
  expect(world.take("b=")).toEqual(['44{"message":"not now"}']);
  refuses = false;
  expect(await resume("c=", kept)).toMatchObject({ texts: ["missed"], isRecovered: true });
  world = outer;
  await guarded.close();
});

test("a socket in many rooms keeps when it joined each, also of those joined at once", async () => {
  const kept = await start("a=");
  const rooms = Array.from({ length: 120 }, (_, n) => `room ${n}`);
  await say("before", "room 110");
  await world.emit("a=", "enter", rooms);
  await say("after", "room 110");
  await world.emit("a=", "exit", "room 3");
  await world.end("a=");
  expect(await resume("b=", kept)).toMatchObject({ texts: ["after"], isRecovered: true });
  const stored = (await world.table.store.load("b="))?.sockets.get("/");
  expect(stored?.rooms.size).toBe(120);
  expect(stored?.hearing?.joined.size).toBe(120);
});
