import { managedRooms } from "../../managed";
import { type Kept, LOWEST, openAgain, returnFrame, startSession } from "../support/returning";
import { World } from "../support/world";

/** What `disconnectSockets` and `socketsLeave` leave behind: in the count of rooms, in presence, in sessions. */

let world: World;
beforeEach(async () => {
  world = await World.of(
    (io) => {
      io.on("connection", (socket) => {
        socket.on("enter", (rooms) => socket.join(rooms));
        socket.on("expel", (room) => io.in(room).socketsLeave(room));
        socket.on("kick", (room) => io.of("/team").in(room).disconnectSockets());
        socket.on("kick but", (room, except) => io.in(room).except(except).disconnectSockets());
        socket.on("say but", (room, except, text) => io.to(room).except(except).emit("news", text));
      });
      managedRooms(io.of("/team"), { access: "open", presence: { rooms: "*", graceSeconds: 7 } });
    },
    { connectionStateRecovery: {} },
  );
  await world.connect("admin=");
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

const admin = (...args: unknown[]) => world.emit("admin=", ...(args as [string]));

/** What a client got that came back, and whether its session went on. */
async function resume(id: string, kept: Kept) {
  await openAgain(world, id);
  await world.frames(id, returnFrame(kept, LOWEST));
  const frames = world.take(id);
  const reply = JSON.parse(frames.find((text) => text.startsWith("40"))?.slice(2) as string);
  return {
    isRecovered: reply.sid === kept.sid,
    texts: frames
      .filter((text) => text.startsWith("42"))
      .map((text) => JSON.parse(text.slice(2))[1]),
  };
}

test("a socketsLeave that failed between the memberships and the count is counted when it comes again", async () => {
  await world.connect("a=");
  await world.emit("a=", "enter", "r");
  jest.spyOn(console, "error").mockImplementation();
  jest.spyOn(world.table.rooms, "leave").mockRejectedValueOnce(new Error("throttled"));
  expect(await admin("expel", "r")).toBe(0);
  expect(await world.table.rooms.count("/", "r")).toBe(1);

  await world.again("admin=", '42["expel","r"]');

  expect(await world.table.rooms.count("/", "r")).toBe(0);
});

test("what excepted a room is withheld from a session that had to leave that room while it was away", async () => {
  const kept = await startSession(world, "a=");
  await world.emit("a=", "enter", ["r", "staff"]);
  await world.end("a=");
  await admin("say but", "r", "staff", "not for staff");
  await admin("expel", "staff");
  await admin("say but", "r", "staff", "for others");
  expect(await resume("b=", kept)).toEqual({ isRecovered: true, texts: ["for others"] });
  await world.end("b=");
  // What it was in then is not known any more.
  expect(await resume("c=", kept)).toEqual({ isRecovered: false, texts: [] });
});

test("a disconnect that excepted a room spares a session that had to leave that room later", async () => {
  const kept = await startSession(world, "a=");
  await world.emit("a=", "enter", ["r", "staff"]);
  await world.end("a=");
  await admin("kick but", "r", "staff");
  await admin("expel", "staff");
  expect(await resume("b=", kept)).toMatchObject({ isRecovered: true });
  await world.end("b=");
  await admin("kick but", "r", "staff");
  expect(await resume("c=", kept)).toMatchObject({ isRecovered: false });
});

describe("a member of managed rooms that is disconnected by order while it is away", () => {
  /** The notices of presence that the other member got. */
  const notices = () =>
    world
      .take("other=")
      .map((text) => JSON.parse(text))
      .filter(({ type }) => type === "joined" || type === "left")
      .map(({ type }) => type);
  /** Whether the table still holds a name in the room: then another socket of it would not be the first. */
  const isThere = async (name: string) => {
    const who = { name, socketId: "another" };
    return !(await world.table.presence.enter("/team", "r", who));
  };
  let member: { readonly id: string; readonly pid: string };

  async function join(id: string, recover?: object): Promise<typeof member> {
    await world.open(id, { namespace: "" }, "json");
    const connect = { action: "connect", namespace: "/team", ...(recover && { recover }) };
    await world.frames(id, JSON.stringify(connect));
    const reply = world.take(id).map((text) => JSON.parse(text));
    return reply.find(({ type }) => type === "connect");
  }

  beforeEach(async () => {
    const enter = '{"action":"join","namespace":"/team","room":"r"}';
    await join("other=");
    await world.frames("other=", enter);
    member = await join("a=");
    await world.frames("a=", enter);
    expect(notices()).toContain("joined");
    await world.end("a=");
  });

  test("leaves presence once, also if it comes back meanwhile", async () => {
    await admin("kick", "r");
    const { id } = await join("b=", { pid: member.pid, offset: LOWEST });
    expect(id).not.toBe(member.id);
    await world.runDelayed();
    await world.runDelayed();
    expect(notices()).toEqual(["left"]);
    expect(await isThere(member.id)).toBe(false);
  });

  test("leaves presence once if the order comes after its absence was settled", async () => {
    await world.runDelayed();
    await admin("kick", "r");
    await join("b=", { pid: member.pid, offset: LOWEST });
    await world.runDelayed();
    expect(notices()).toEqual(["left"]);
    expect(await isThere(member.id)).toBe(false);
  });
});
