import type { Server } from "socket.io";
import { worldOnTable } from "../support/table-world";
import { waitFor } from "../support/wait-for";
import { World } from "../support/world";

/** Connection state recovery where several containers are at work: each batch runs in its own. */

let world: World;
const ended: string[] = [];
/** What the listener of `disconnect` waits for. */
let mayEnd = Promise.resolve();

const RECOVERY = { connectionStateRecovery: {} };
const application = (io: Server) => {
  io.on("connection", (socket) => {
    socket.on("enter", (room) => {
      socket.join(room);
      socket.emit("entered");
    });
    socket.on("say", (room, ...args) => io.to(room).emit("news", ...args));
    socket.on("disconnect", async (reason) => {
      ended.push(reason);
      await mayEnd;
    });
  });
};

beforeEach(async () => {
  ended.length = 0;
  mayEnd = Promise.resolve();
  world = await World.of(application, RECOVERY);
});
afterEach(() => {
  jest.restoreAllMocks();
  return world.close();
});

interface Kept {
  readonly sid: string;
  readonly pid: string;
  readonly offset: string;
}

/** A client in room `r`, with what it would come back with. */
async function start(id: string): Promise<Kept> {
  await world.connect(id);
  const reply = world.take(id).find((frame) => frame.startsWith("40{")) as string;
  await world.emit(id, "enter", "r");
  return { ...JSON.parse(reply.slice(2)), offset: lastOffset(id) };
}

function lastOffset(id: string): string {
  return (world.events(id).at(-1) as string[]).at(-1) as string;
}

const connectFrame = ({ pid, offset }: Kept) => `40${JSON.stringify({ pid, offset })}`;

async function resume(id: string, kept: Kept): Promise<void> {
  await world.open(id, { EIO: "4", transport: "websocket" });
  world.take(id);
  await world.frames(id, connectFrame(kept));
}

/** What came, without offsets: events as their arguments, a CONNECT reply as its socket id. */
function heard(id: string): unknown[] {
  return world.take(id).map((frame) => {
    const value = JSON.parse(frame.slice(2));
    return frame.startsWith("40") ? value.sid : value.slice(1, -1);
  });
}

describe("a session whose connection has not ended", () => {
  test("is taken over, and the old connection ends once", async () => {
    const kept = await start("a=");
    const resumed = resume("b=", kept);
    await waitFor(() => world.commands.length > 0);
    await world.runCommands();
    await resumed;
    expect(heard("b=")).toEqual([kept.sid]);
    expect(world.gone).toContain("a=");
    expect(ended).toEqual(["transport close"]);
    await world.end("a=");
    expect(ended).toHaveLength(1);
    await world.emit("b=", "say", "r", 1);
    expect(heard("b=")).toEqual([[1]]);
  });

  test("is not recovered if its socket has left while the connection lives on", async () => {
    const kept = await start("a=");
    await world.frames("a=", "41");
    await resume("b=", kept);
    expect(heard("b=")).toEqual([expect.not.stringContaining(kept.sid)]);
    expect(world.commands).toEqual([]);
  });
});

test("a session that goes on keeps its rooms, however long the end of its old connection takes", async () => {
  const kept = await start("a=");
  let finish = () => {};
  mayEnd = new Promise((resolve) => {
    finish = resolve;
  });
  const end = world.end("a=");
  await waitFor(() => ended.length > 0);
  await resume("b=", kept);
  expect(heard("b=")).toEqual([kept.sid]);
  finish();
  await end;
  await world.emit("b=", "say", "r", 1);
  expect(heard("b=")).toEqual([[1]]);
});

test("a session is recovered after a lost $disconnect and after the idle cut", async () => {
  const kept = await start("a=");
  world.gone.add("a=");
  await world.end("a=", { type: "gone" });
  await resume("b=", kept);
  expect(heard("b=")).toEqual([kept.sid]);
  world.gone.add("b=");
  await world.end("b=", { type: "swept" });
  await resume("c=", kept);
  expect(heard("c=")).toEqual([kept.sid]);
  expect(ended).toEqual(["transport close", "ping timeout"]);
});

describe("a broadcast while a session is restored reaches it once", () => {
  let kept: Kept;
  beforeEach(async () => {
    kept = await start("a=");
    await world.connect("x=");
    await world.end("a=");
    world.take("x=");
  });

  /** Lets something happen at the moment in which a method of the log or store is called. */
  function during(object: object, method: string, work: (call: () => Promise<unknown>) => unknown) {
    const original = Reflect.get(object, method) as () => Promise<unknown>;
    const spy = jest.spyOn(object as Record<string, () => unknown>, method);
    spy.mockImplementationOnce((...args: unknown[]) =>
      work(() => Reflect.apply(original, object, args)),
    );
  }

  test("if the log holds it and it finds the new membership", async () => {
    let saying: Promise<number> | undefined;
    during(world.table.store, "expectSocket", async (call) => {
      await call();
      saying = world.emit("x=", "say", "r", 1);
      // It waits for the session once it has found the member.
      await new Promise((resolve) =>
        during(world.table.sessions, "read", async (read) => {
          resolve(undefined);
          return read();
        }),
      );
    });
    await resume("b=", kept);
    await saying;
    expect(heard("b=")).toEqual([[1], kept.sid]);
  });

  test("if the log does not hold it yet", async () => {
    let saying: Promise<number> | undefined;
    during(world.table.store, "addSocket", async (call) => {
      saying = world.emit("x=", "say", "r", 1);
      await new Promise((resolve) =>
        during(world.table.sessions, "read", async (read) => {
          resolve(undefined);
          return read();
        }),
      );
      return call();
    });
    await resume("b=", kept);
    await saying;
    expect(heard("b=").filter((it) => it !== kept.sid)).toEqual([[1]]);
  });

  test("if it reads the members when the session has long been restored", async () => {
    let resumed: Promise<void> | undefined;
    during(world.table.log, "append", async (call) => {
      await call();
      await resume("b=", kept);
      resumed = Promise.resolve();
    });
    await world.emit("x=", "say", "r", 1);
    await resumed;
    expect(heard("b=")).toEqual([[1], kept.sid]);
    await world.emit("x=", "say", "r", 2);
    expect(heard("b=")).toEqual([[2]]);
  });

  test("and those after it keep their order", async () => {
    let saying: Promise<number> | undefined;
    during(world.table.store, "addSocket", async (call) => {
      saying = world.frames("x=", '42["say","r",1]', '42["say","r",2]');
      return call();
    });
    await resume("b=", kept);
    await saying;
    expect(heard("b=").filter((it) => it !== kept.sid)).toEqual([[1], [2]]);
  });
});

test("late news of a gone connection takes no membership from the session that goes on", async () => {
  const kept = await start("a=");
  await world.end("a=");
  await resume("b=", kept);
  const member = { connectionId: "a=", namespace: "/", socketId: kept.sid, room: "r" };
  await world.end("a=", { type: "gone", member });
  world.take("b=");
  await world.emit("b=", "say", "r", 1);
  expect(heard("b=")).toEqual([[1]]);
});

test("a restoring that fails half-way is taken up again", async () => {
  const kept = await start("a=");
  await world.connect("x=");
  await world.end("a=");
  await world.emit("x=", "say", "r", 1);
  jest.spyOn(console, "error").mockImplementation();
  jest.spyOn(world.table.store, "addSocket").mockRejectedValueOnce(new Error("throttled"));
  await world.open("b=");
  expect(await world.frames("b=", connectFrame(kept))).toBe(0);
  world.take("b=");
  expect(await world.again("b=", connectFrame(kept))).toBe(1);
  expect(heard("b=")).toEqual([[1], kept.sid]);
});

test("what is kept has an end, and a session that ended keeps no membership", async () => {
  await world.close();
  const onTable = await worldOnTable(application, RECOVERY);
  world = onTable;
  await start("a=");
  await world.emit("a=", "say", "r", 1);
  await world.end("a=");
  const items = await onTable.table.items();
  expect(items.filter(({ p }) => /^[cra]/.test(p as string))).toEqual([]);
  expect(items.length).toBeGreaterThan(0);
  expect(items.every(({ e }) => typeof e === "number")).toBe(true);
});
