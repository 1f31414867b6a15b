import type { Server } from "socket.io";
import { type ManagedRoomsOptions, managedRooms } from "../../managed";
import { World } from "../support/world";

/** Managed rooms beyond joining and sending, each application in a world of its own. */

let world: World;
afterEach(() => world.close());

const start = async (options: Partial<ManagedRoomsOptions>, recovery = false) => {
  world = await World.of(
    (io: Server) => {
      io.use((socket, next) => {
        const { sub, limits } = socket.handshake.auth;
        if (sub || limits) socket.data.claims = { sub, limits };
        next();
      });
      managedRooms(io.of("/"), { access: "open", ...options });
    },
    recovery ? { connectionStateRecovery: {} } : {},
  );
};

let connections = 0;
interface Client {
  readonly id: string;
  readonly socket: string;
  readonly pid: string;
}

async function enter(auth: object = {}): Promise<Client> {
  const id = `j${connections++}=`;
  await world.open(id, { namespace: "" }, "json");
  const [reply] = await act(id, { action: "connect", auth });
  return { id, socket: reply?.id as string, pid: reply?.pid as string };
}

async function act(id: string, ...actions: object[]): Promise<Record<string, unknown>[]> {
  world.take(id);
  await world.frames(id, ...actions.map((action) => JSON.stringify(action)));
  return take(id);
}

const take = (id: string): Record<string, unknown>[] =>
  world.take(id).map((text) => JSON.parse(text));

describe("rooms and members", () => {
  test("lists one's own rooms, a room's members page by page, and their number", async () => {
    await start({});
    const clients = [await enter(), await enter(), await enter()];
    for (const { id } of clients) await act(id, { action: "join", room: "r" });
    const [{ id }] = clients as [Client, ...Client[]];
    await act(id, { action: "join", room: "a" });
    expect(await act(id, { action: "rooms", id: 1 })).toEqual([
      { type: "ack", id: 1, args: [{ rooms: ["a", "r"] }] },
    ]);
    expect(await act(id, { action: "members", room: "r", count: true, id: 2 })).toEqual([
      { type: "ack", id: 2, args: [{ count: 3 }] },
    ]);
    const seen: unknown[] = [];
    let after: unknown;
    do {
      const [{ args }] = (await act(id, {
        action: "members",
        room: "r",
        limit: 2,
        after,
        id: 3,
      })) as [{ args: [{ members: string[]; next?: string }] }];
      expect(args[0].members.length).toBeLessThanOrEqual(2);
      seen.push(...args[0].members);
      after = args[0].next;
    } while (after !== undefined);
    expect(seen).toEqual(clients.map(({ socket }) => socket).sort());
  });

  test("answers stock clients too", async () => {
    await start({});
    await world.connect("s=");
    await world.frames("s=", '42["rooms:join",{"room":"r"}]', '420["rooms:rooms"]');
    expect(world.take("s=").at(-1)).toBe('430[{"status":"ok","value":{"rooms":["r"]}}]');
    await world.frames("s=", '421["rooms:members",{"room":"r","limit":0}]');
    expect(world.take("s=").at(-1)).toMatch(/"bad_request".*limit must be at least 1, got 0/);
  });

  test("no client asks for the members of another socket's own room", async () => {
    await start({});
    const [a, b] = [await enter(), await enter()];
    const [error] = await act(a.id, { action: "members", room: b.socket, id: 1 });
    expect(error).toMatchObject({ type: "error", code: "forbidden" });
  });
});

describe("presence", () => {
  const presence = { rooms: "team.*", graceSeconds: 7 };
  const lost = { type: "disconnected", code: 1001, reason: "" } as const;

  test("tells a room who comes and goes, and no other", async () => {
    await start({ presence });
    const [a, b, c] = [await enter(), await enter({ sub: "bob" }), await enter()];
    for (const { id } of [a, c]) await act(id, { action: "join", room: "team.x" });
    await act(c.id, { action: "leave", room: "team.x" });
    take(a.id);
    await act(b.id, { action: "join", room: "team.x" }, { action: "join", room: "other" });
    const notice = { namespace: "/", room: "team.x", id: b.socket, user: "bob" };
    expect(take(a.id)).toEqual([{ type: "joined", ...notice }]);
    await act(b.id, { action: "leave", room: "team.x" });
    expect(take(a.id)).toEqual([{ type: "left", ...notice }]);
    expect([...take(b.id), ...take(c.id)]).toEqual([]);
  });

  test("waits for one that has lost its connection, and tells once", async () => {
    await start({ presence });
    const [a, b] = [await enter(), await enter({ sub: "bob" })];
    for (const { id } of [a, b]) await act(id, { action: "join", room: "team.x" });
    take(a.id);
    await world.end(b.id, lost);
    expect(take(a.id)).toEqual([]);
    expect(world.delayed).toMatchObject([{ delaySeconds: 7 }]);
    const [again] = world.delayed;
    await world.runDelayed();
    expect(take(a.id)).toMatchObject([{ type: "left", user: "bob", id: b.socket }]);
    world.delayed.push(again as never);
    await world.runDelayed();
    expect(take(a.id)).toEqual([]);
  });

  test("says nothing of one that joins again in time, over another connection", async () => {
    await start({ presence });
    const [a, b] = [await enter(), await enter({ sub: "bob" })];
    for (const { id } of [a, b]) await act(id, { action: "join", room: "team.x" });
    take(a.id);
    await world.end(b.id, lost);
    const back = await enter({ sub: "bob" });
    await act(back.id, { action: "join", room: "team.x" });
    await world.runDelayed();
    expect(take(a.id)).toEqual([]);
    await act(back.id, { action: "disconnect" });
    expect(take(a.id)).toMatchObject([{ type: "left", user: "bob" }]);
  });

  test("says nothing of a session that is recovered in time", async () => {
    await start({ presence }, true);
    const [a, b] = [await enter(), await enter()];
    for (const { id } of [a, b]) await act(id, { action: "join", room: "team.x" });
    await act(a.id, { action: "send", room: "team.x", event: "e" });
    const { offset } = take(b.id).at(-1) as { offset: string };
    await world.end(b.id, lost);
    await act(a.id, { action: "send", room: "team.x", event: "missed" });
    await world.open("back=", { namespace: "" }, "json");
    const connect = { action: "connect", recover: { pid: b.pid, offset }, id: 1 };
    expect(await act("back=", connect)).toEqual([
      expect.objectContaining({ type: "event", event: "missed", args: [] }),
      expect.objectContaining({ type: "connect", id: b.socket, recovered: true }),
      { type: "ack", id: 1, args: [] },
    ]);
    await world.runDelayed();
    expect(take(a.id)).toEqual([]);
    await world.end("back=", lost);
    await world.runDelayed();
    expect(take(a.id)).toMatchObject([{ type: "left", id: b.socket }]);
  });

  test("a user with two sockets leaves with the last", async () => {
    await start({ presence });
    const [a, b1, b2] = [await enter(), await enter({ sub: "bob" }), await enter({ sub: "bob" })];
    for (const { id } of [a, b1]) await act(id, { action: "join", room: "team.x" });
    take(a.id);
    await act(b2.id, { action: "join", room: "team.x" });
    await act(b1.id, { action: "leave", room: "team.x" });
    expect(take(a.id)).toEqual([]);
    await act(b2.id, { action: "leave", room: "team.x" });
    expect(take(a.id)).toMatchObject([{ type: "left" }]);
  });

  test("refuses a grace period that no queue can wait", async () => {
    await start({});
    const io = new (await import("socket.io")).Server();
    expect(() =>
      managedRooms(io.of("/"), { access: "open", presence: { rooms: "a", graceSeconds: 901 } }),
    ).toThrow("expected graceSeconds from 0 to 900, got 901");
  });
});

describe("limits", () => {
  const errors = async (id: string, ...actions: object[]) =>
    (await act(id, ...actions)).map(({ code }) => code ?? "ok");

  test("of names, rooms and arguments are told apart", async () => {
    const limits = {
      roomNameLength: 5,
      roomNamePattern: "[a-z]+",
      roomsPerSocket: 2,
      argsBytes: 20,
    };
    await start({ limits });
    const { id } = await enter();
    const join = (room: string) => ({ action: "join", room, id: 1 });
    expect(await errors(id, join("abcdef"), join("A"), join("a b"))).toEqual(
      Array(3).fill("bad_request"),
    );
    expect(await errors(id, join("a"), join("b"), join("c"), join("a"))).toEqual([
      ...["ok", "ok", "too_many_rooms", "ok"],
    ]);
    const send = (text: string) => ({ action: "send", room: "a", event: "e", args: [text], id: 1 });
    expect(await errors(id, send("x".repeat(17)))).toEqual(["too_large"]);
  });

  test("of actions hold across invocations, and a token can lower them", async () => {
    await start({ limits: { actionsPerSecond: 1000 } });
    const { id } = await enter({ limits: { actionsPerSecond: 3 } });
    const codes: unknown[] = [];
    for (let n = 0; n < 6; n++) codes.push(...(await errors(id, { action: "rooms", id: n })));
    expect(codes.slice(0, 3)).toEqual(["ok", "ok", "ok"]);
    expect(codes).toContain("too_fast");
    const { id: other } = await enter();
    expect(await errors(other, ...Array(20).fill({ action: "rooms", id: 1 }))).not.toContain(
      "too_fast",
    );
  });

  test("of zero allow nothing, and half a character is invalid", async () => {
    await start({});
    const { id } = await enter({ limits: { roomsPerSocket: 0 } });
    expect(await errors(id, { action: "join", room: "a", id: 1 })).toEqual(["too_many_rooms"]);
    const { id: still } = await enter({ limits: { actionsPerSecond: 0 } });
    expect(await errors(still, { action: "rooms", id: 1 })).toEqual(["too_fast"]);
    const { id: other } = await enter();
    expect(await errors(other, { action: "join", room: "q\ud800", id: 1 })).toEqual([
      "bad_request",
    ]);
  });

  test("that are invalid are refused", async () => {
    await start({});
    const io = new (await import("socket.io")).Server();
    const limit = (limits: object) => () => managedRooms(io.of("/"), { access: "open", limits });
    expect(limit({ rooms: 1 })).toThrow("expected one of roomNameLength");
    expect(limit({ argsBytes: 0 })).toThrow("expected argsBytes above 0, got 0");
    expect(limit({ roomNamePattern: "(" })).toThrow("Cannot limit rooms");
  });
});

test("review may let pass, change or refuse what is sent", async () => {
  jest.spyOn(console, "error").mockImplementation();
  await start({
    async review({ room, event, args, scope }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (args[0] === "rude") return { refuse: `no such words in ${room}` };
      if (args[0] === "shout") return { change: { args: ["say", event, scope] } };
      if (args[0] === "break") return { change: { event: "connect" } };
    },
  });
  const { id } = await enter();
  await act(id, { action: "join", room: "r" });
  const send = (word: string) =>
    act(id, { action: "send", room: "r", event: "e", args: [word], id: 1 });
  expect(await send("fine")).toMatchObject([{ event: "e", args: ["fine"] }, { type: "ack" }]);
  expect(await send("shout")).toMatchObject([{ args: ["say", "e", "room"] }, { type: "ack" }]);
  expect(await send("rude")).toEqual([
    { type: "error", id: 1, namespace: "/", code: "refused", message: "no such words in r" },
  ]);
  expect(await send("break")).toMatchObject([{ type: "error", id: 1, code: "internal" }]);
});

test("managed rooms without `tokens`, `authorize` or `access` are refused where others could enter", async () => {
  await start({});
  const io = new (await import("socket.io")).Server();
  expect(() => managedRooms(io.of("/x"), {})).toThrow(
    /neither `tokens` nor `authorize`[\s\S]*"open"/,
  );
});
