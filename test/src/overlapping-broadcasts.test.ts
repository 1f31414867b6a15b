import { type Kept, openAgain, returnFrame, startSession } from "../support/returning";
import { waitFor } from "../support/wait-for";
import { World } from "../support/world";

/** What a client that comes back gets of broadcasts that overlapped the last one that it had got. */

let world: World;
let now = Date.now();
let release = () => {};
let isHeld = false;

beforeEach(async () => {
  jest.spyOn(Date, "now").mockImplementation(() => now);
  world = await World.of(
    (io) => {
      io.on("connection", (socket) => {
        socket.on("enter", (room) => socket.join(room));
        socket.on("say", (room, text) => io.to(room).emit("news", text));
      });
    },
    { connectionStateRecovery: {} },
  );
  for (const id of ["x=", "y=", "slow="]) await world.connect(id);
  await world.emit("slow=", "enter", "r");
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

/** Holds up the posts of a text, to one client or to all, until `release` is called. */
function hold(text: string, to?: string): void {
  isHeld = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  world.beforeSend = async (id, frame) => {
    if (!frame.includes(`"${text}"`) || (to !== undefined && id !== to)) return;
    isHeld = true;
    await held;
  };
}

async function start(id: string): Promise<Kept> {
  const kept = await startSession(world, id);
  await world.emit(id, "enter", "r");
  return kept;
}

/** What it heard when it came back, and whether its session went on. */
async function resume(id: string, kept: Kept, offset: string) {
  await openAgain(world, id);
  await world.frames(id, returnFrame(kept, offset));
  const frames = world.take(id);
  const reply = JSON.parse(frames.find((text) => text.startsWith("40"))?.slice(2) as string);
  const texts = frames
    .filter((text) => text.startsWith("42"))
    .map((text) => JSON.parse(text.slice(2))[1]);
  return { texts, isRecovered: reply.sid === kept.sid };
}

test("two broadcasts at the same moment are not repeated, whichever came last", async () => {
  const kept = await start("a=");
  hold("first");
  const first = world.emit("x=", "say", "r", "first");
  await waitFor(() => isHeld);
  now += 10;
  await world.emit("y=", "say", "r", "second");
  now += 10;
  release();
  await first;
  const events = world.events("a=") as string[][];
  expect(events.map(([, text]) => text)).toEqual(["second", "first"]);
  await world.end("a=");
  await world.emit("x=", "say", "r", "third");
  const offset = events.at(-1)?.at(-1) as string;
  expect(await resume("b=", kept, offset)).toEqual({ texts: ["third"], isRecovered: true });
});

test("a slow recipient of the last one hides nothing that came after the client was lost", async () => {
  const kept = await start("a=");
  hold("last", "slow=");
  const last = world.emit("x=", "say", "r", "last");
  await waitFor(() => isHeld);
  await waitFor(() => (world.sent.get("a=") ?? []).some((frame) => frame.includes('"last"')));
  const [event] = world.events("a=") as string[][];
  await world.end("a=");
  now += 2000;
  await world.emit("y=", "say", "r", "meanwhile");
  now += 2000;
  release();
  await last;
  const resumed = await resume("b=", kept, event?.at(-1) as string);
  expect(resumed).toEqual({ texts: ["meanwhile"], isRecovered: true });
});
