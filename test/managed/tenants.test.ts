import type { Server } from "socket.io";
import { type JwtAuth, managedRooms } from "../../managed";
import { World } from "../support/world";

/** Managed rooms on a dynamic namespace: each of its children is a tenant of its own. */

let world: World;

/** Stands for `jwtAuth`: the token is the subject, and each token allows everything. */
const tokens = Object.assign(
  async (...[socket, next]: Parameters<JwtAuth>) => {
    socket.data.claims = { sub: socket.handshake.auth.sub, rooms: { "**": "*" } };
    next();
  },
  {
    renew: async (...[socket, token]: Parameters<JwtAuth["renew"]>) => {
      const rooms = token === "narrow" ? {} : { "**": "*" };
      const exp = token === "narrow" ? undefined : Number(token);
      socket.data.claims = { sub: "red", rooms, exp };
    },
  },
) as JwtAuth;

beforeEach(async () => {
  world = await World.of((io: Server) => {
    const presence = { rooms: "**", graceSeconds: 7 };
    managedRooms(io.of(/^\/tenant-\w+$/), { tokens, presence });
  });
});
afterEach(() => world.close());

interface Client {
  readonly id: string;
  readonly socket: string;
  readonly namespace: string;
}

type Message = Record<string, unknown>;

async function enter(id: string, namespace: string): Promise<Client> {
  await world.open(id, { namespace: "" }, "json");
  const client = { id, namespace, socket: "" };
  const [reply] = await act(client, { action: "connect", auth: { sub: id } });
  return { ...client, socket: reply?.id as string };
}

async function act({ id, namespace }: Client, action: object): Promise<Message[]> {
  world.take(id);
  await world.frames(id, JSON.stringify({ namespace, ...action }));
  return take({ id });
}

const take = ({ id }: Pick<Client, "id">): Message[] =>
  world.take(id).map((text) => JSON.parse(text));

async function enterBoth(): Promise<{ red: Client; other: Client; blue: Client }> {
  const red = await enter("red", "/tenant-red");
  const other = await enter("other", "/tenant-red");
  const blue = await enter("blue", "/tenant-blue");
  for (const client of [red, other, blue]) await act(client, { action: "join", room: "lobby" });
  for (const client of [red, other, blue]) take(client);
  return { red, other, blue };
}

test.each(["room", "others"] as const)(
  "a send to %s reaches the sender's tenant only",
  async (scope) => {
    const { red, other, blue } = await enterBoth();
    const heard = await act(red, { action: "send", room: "lobby", scope, event: "say", args: [1] });
    const event = { type: "event", namespace: "/tenant-red", event: "say", args: [1] };
    expect(take(other)).toEqual([event]);
    expect(heard).toEqual(scope === "room" ? [event] : []);
    expect(take(blue)).toEqual([]);
  },
);

test("lists and counts the members of its own tenant", async () => {
  const { red, other, blue } = await enterBoth();
  const list = { action: "members", room: "lobby", id: 1 };
  expect(await act(red, list)).toMatchObject([
    { args: [{ members: [red.socket, other.socket].sort() }] },
  ]);
  expect(await act(blue, list)).toMatchObject([{ args: [{ members: [blue.socket] }] }]);
  expect(await act(blue, { ...list, count: true })).toMatchObject([{ args: [{ count: 1 }] }]);
});

test("lists the sender's rooms of its own tenant", async () => {
  const { red, blue } = await enterBoth();
  await act(blue, { action: "join", room: "cellar" });
  expect(await act(red, { action: "rooms", id: 1 })).toMatchObject([
    { args: [{ rooms: ["lobby"] }] },
  ]);
});

test("announces joins and leaves to its own tenant only", async () => {
  const { red, other, blue } = await enterBoth();
  await act(red, { action: "leave", room: "lobby" });
  await act(red, { action: "join", room: "lobby" });
  const about = { namespace: "/tenant-red", room: "lobby", id: red.socket, user: "red" };
  expect(take(other)).toEqual([
    { type: "left", ...about },
    { type: "joined", ...about },
  ]);
  expect(take(blue)).toEqual([]);
});

test("announces a lost connection to its own tenant only", async () => {
  const { red, other, blue } = await enterBoth();
  await world.end(red.id, { type: "disconnected", code: 1001, reason: "" });
  await world.runDelayed();
  expect(take(other)).toMatchObject([{ type: "left", namespace: "/tenant-red", id: red.socket }]);
  expect(take(blue)).toEqual([]);
});

test("a renewed token's end is that of the socket's memberships in its own tenant", async () => {
  const { red, other, blue } = await enterBoth();
  const exp = Math.ceil(Date.now() / 1000) + 600;
  expect(await act(red, { action: "renew", token: String(exp), id: 1 })).toMatchObject([
    { type: "ack", args: [{ rooms: ["lobby"] }] },
  ]);
  const untilBySocket = new Map<string, number | undefined>();
  for (const { namespace } of [red, blue]) {
    for await (const page of world.table.store.members(namespace, "lobby")) {
      for (const { socketId, until } of page) untilBySocket.set(socketId, until);
    }
  }
  expect(untilBySocket.get(red.socket)).toBe(exp);
  expect(untilBySocket.get(other.socket)).toBeUndefined();
  expect(untilBySocket.get(blue.socket)).toBeUndefined();
});

test("a renewed token that allows less leaves rooms in its own tenant", async () => {
  const { red, other, blue } = await enterBoth();
  expect(await act(red, { action: "renew", token: "narrow", id: 1 })).toMatchObject([
    { type: "ack", args: [{ rooms: [] }] },
  ]);
  expect(take(other)).toMatchObject([{ type: "left", id: red.socket }]);
  await act(blue, { action: "send", room: "lobby", event: "say", args: [] });
  expect(take(red)).toEqual([]);
});
