import type { Server } from "socket.io";
import { jwtAuth, managedRooms } from "../../managed";
import { worldOnTable } from "../support/table-world";
import { World } from "../support/world";
import { Issuer } from "./issuer";

/** What tokens mean for a client that comes back to its session, whether or not middlewares are skipped then. */

let issuer: Issuer;
let world: World;

beforeAll(async () => {
  issuer = await Issuer.start();
});
afterAll(() => issuer.close());
afterEach(async () => {
  jest.restoreAllMocks();
  await world.close();
});

const LOWEST = "0".repeat(17);
const mine = { "team.*": ["join", "send"], secret: ["join"] };

function application(io: Server): void {
  const tokens = jwtAuth({ issuer: issuer.url, audience: "app" });
  for (const namespace of [io.of("/"), io.of(/^\/tenant-\w+$/)]) {
    managedRooms(namespace, { tokens });
  }
}

const take = (id: string) => world.take(id).map((text) => JSON.parse(text));

async function act(id: string, ...actions: object[]) {
  world.take(id);
  await world.frames(id, ...actions.map((action) => JSON.stringify(action)));
  return take(id);
}

interface Entry {
  readonly auth?: object;
  readonly query?: Record<string, string>;
  readonly recover?: object;
  readonly namespace?: string;
}

/** Opens a connection and connects over it. */
async function connect(id: string, { query = {}, ...action }: Entry) {
  await world.open(id, { namespace: "", ...query }, "json");
  return act(id, { action: "connect", ...action });
}

const shown = (claims: object) => ({ auth: { token: issuer.token(claims) } });

/** A session of `ada` in two rooms, who is away while something is said in both. */
async function leaveBehind(namespace = "/") {
  const speaker = { sub: "bob", rooms: { "**": "*" } };
  await connect("bob=", { namespace, ...shown(speaker) });
  const [{ id, pid }] = await connect("ada=", {
    namespace,
    ...shown({ sub: "ada", rooms: mine }),
  });
  await act("ada=", { action: "join", namespace, room: "team.a" });
  await act("ada=", { action: "join", namespace, room: "secret" });
  await world.end("ada=");
  for (const room of ["team.a", "secret"]) {
    await act("bob=", { action: "send", namespace, room, event: "say", args: [room] });
  }
  return { id, recover: { pid, offset: LOWEST } };
}

/** What came: events by their rooms, and whether the session went on. */
function told(messages: { type: string; args?: unknown[]; id?: string; recovered?: boolean }[]) {
  return messages.map(({ type, args, id, recovered }) =>
    type === "event" ? args?.[0] : type === "connect" ? { id, recovered } : type,
  );
}

const settings = [
  ["skips middlewares", {}, "/"],
  ["runs middlewares", { skipMiddlewares: false }, "/"],
  ["skips middlewares, in a dynamic namespace", {}, "/tenant-red"],
] as const;

describe.each(settings)("where the application %s on a return", (_, options, namespace) => {
  beforeEach(async () => {
    world = await World.of(application, { connectionStateRecovery: options as never });
  });

  test("a token of the same subject goes on, in the rooms that it grants and in no other", async () => {
    const { id, recover } = await leaveBehind(namespace);
    const token = shown({ sub: "ada", rooms: { "team.*": ["join"] } });
    const back = await connect("back=", { namespace, recover, ...token });
    expect(told(back)).toEqual(["team.a", { id, recovered: true }]);
    expect(await act("back=", { action: "rooms", namespace, id: 1 })).toMatchObject([
      { args: [{ rooms: ["team.a"] }] },
    ]);
    await act("bob=", { action: "send", namespace, room: "secret", event: "say", args: ["more"] });
    expect(take("back=")).toEqual([]);
    const all = await world.table.memberships();
    expect(all.filter(({ socketId }) => socketId === id)).toHaveLength(3);
    for (const room of [id, "team.a"]) {
      const { items } = await world.table.store.memberPage(namespace, room, { limit: 2 });
      expect(items).toContainEqual(expect.objectContaining({ socketId: id }));
    }
  });

  test("a withdrawn grant does not live on, nor does the end of the old token", async () => {
    const { id, recover } = await leaveBehind(namespace);
    const now = Math.floor(Date.now() / 1000);
    const back = await connect("back=", {
      ...{ namespace, recover },
      ...shown({ sub: "ada", rooms: {}, exp: now + 7000 }),
    });
    expect(told(back)).toEqual([{ id, recovered: true }]);
    const join = { action: "join", namespace, room: "secret", id: 1 };
    expect(await act("back=", join)).toMatchObject([{ type: "error", code: "forbidden" }]);
    const all = await world.table.memberships();
    const [member] = all.filter(({ socketId }) => socketId === id);
    expect(member?.until).toBe(now + 7000);
  });

  test("a token in the URL counts as one in `auth` does", async () => {
    const { id, recover } = await leaveBehind(namespace);
    const fewer = { token: issuer.token({ sub: "ada", rooms: { "team.*": ["join"] } }) };
    const back = await connect("back=", { namespace, recover, query: fewer });
    expect(told(back)).toEqual(["team.a", { id, recovered: true }]);
    await world.end("back=");
    const other = { token: issuer.token({ sub: "eve", rooms: mine }) };
    const [stolen] = told(await connect("eve=", { namespace, recover, query: other }));
    expect(stolen).toEqual({ id: expect.not.stringContaining(id), recovered: undefined });
  });

  test("a token of another subject makes a new session, and the old one stays its owner's", async () => {
    const { id, recover } = await leaveBehind(namespace);
    const stolen = await connect("eve=", {
      namespace,
      recover,
      ...shown({ sub: "eve", rooms: mine }),
    });
    expect(told(stolen)).toEqual([{ id: expect.not.stringContaining(id), recovered: undefined }]);
    expect(await act("eve=", { action: "rooms", namespace, id: 1 })).toMatchObject([
      { args: [{ rooms: [] }] },
    ]);
    const back = await connect("back=", {
      ...{ namespace, recover },
      ...shown({ sub: "ada", rooms: mine }),
    });
    expect(told(back)).toEqual(["team.a", "secret", { id, recovered: true }]);
  });

  test.each([
    ["no token", () => ({}), "token_missing"],
    ["a malformed token", () => ({ auth: { token: "x" } }), "token_invalid"],
    ["an expired token", () => shown({ sub: "ada", exp: 1, rooms: mine }), "token_expired"],
  ])(
    "with %s a client is refused and sent nothing, and may come back with a better one",
    async (_, bad, code) => {
      const { id, recover } = await leaveBehind(namespace);
      expect(await connect("back=", { namespace, recover, ...bad() })).toMatchObject([
        { type: "error", code: "connect_error", data: { code } },
      ]);
      const good = { action: "connect", namespace, recover, ...shown({ sub: "ada", rooms: mine }) };
      expect(told(await act("back=", good))).toEqual(["team.a", "secret", { id, recovered: true }]);
    },
  );

  test("tokens without a subject belong to no user, so their sessions do not go on", async () => {
    const [{ id, pid }] = await connect("a=", {
      namespace,
      ...shown({ sub: undefined, rooms: mine }),
    });
    await world.end("a=");
    const recover = { pid, offset: LOWEST };
    const back = await connect("b=", {
      namespace,
      recover,
      ...shown({ sub: undefined, rooms: mine }),
    });
    expect(told(back)).toEqual([{ id: expect.not.stringContaining(id), recovered: undefined }]);
  });

  test("no broadcast under way brings what a room hears that the token no longer grants", async () => {
    const { id, recover } = await leaveBehind(namespace);
    let sending: Promise<unknown> | undefined;
    const { log } = world.table;
    const since = log.since.bind(log);
    jest.spyOn(log, "since").mockImplementationOnce((...args) => {
      const said = { action: "send", namespace, room: "secret", event: "say", args: ["under way"] };
      sending = act("bob=", said);
      return since(...args);
    });
    const back = await connect("back=", {
      ...{ namespace, recover },
      ...shown({ sub: "ada", rooms: { "team.*": ["join"] } }),
    });
    await sending;
    expect(told([...back, ...take("back=")])).toEqual(["team.a", { id, recovered: true }]);
  });

  test("no token is kept with the socket", async () => {
    await world.close();
    const onTable = await worldOnTable(application, {
      connectionStateRecovery: options as never,
    });
    world = onTable;
    const { recover } = await leaveBehind(namespace);
    const token = issuer.token({ sub: "ada", rooms: mine });
    await connect("back=", { namespace, recover, auth: { token } });
    expect(JSON.stringify(await onTable.table.items())).not.toContain(token.slice(-20));
  });
});
