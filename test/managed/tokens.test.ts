import type { Server } from "socket.io";
import { jwtAuth, managedRooms } from "../../managed";
import type { TestTable } from "../support/table";
import { worldOnTable } from "../support/table-world";
import { World } from "../support/world";
import { Issuer } from "./issuer";

/** Tokens of a real issuer, through the host, for stock clients and JSON clients. */

let issuer: Issuer;
let world: World;
const printed: string[] = [];

function application(io: Server) {
  const tokens = jwtAuth({ issuer: issuer.url, audience: "app" });
  for (const name of ["/", "/chat"]) {
    const namespace = io.of(name);
    namespace.on("connection", (socket) => {
      socket.on("who", (ack) => ack(socket.data.claims.sub));
      socket.on("handshake", (ack) => ack(socket.handshake.auth));
    });
    managedRooms(namespace, { tokens });
  }
}

beforeAll(async () => {
  issuer = await Issuer.start();
  for (const method of ["error", "warn", "log"] as const) {
    jest.spyOn(console, method).mockImplementation((...values) => {
      printed.push(JSON.stringify(values));
    });
  }
});
afterAll(() => issuer.close());
beforeEach(async () => {
  printed.length = 0;
  issuer.isDown = false;
  world = await World.of(application);
});
afterEach(() => world.close());

/** For a test that looks at all that is kept. */
async function useTable(): Promise<World<TestTable>> {
  await world.close();
  const onTable = await worldOnTable(application);
  world = onTable;
  return onTable;
}

const grants = { "team.*": ["join", "send:say", "members"], "public.**": ["join", "send"] };
let connections = 0;

/** A JSON client that connects by itself, with a token. */
async function enter(token: unknown): Promise<{ id: string; reply: Record<string, unknown> }> {
  const id = `j${connections++}=`;
  await world.open(id, { namespace: "" }, "json");
  const [reply] = await act(id, { action: "connect", auth: { token }, id: 1 });
  return { id, reply: reply as Record<string, unknown> };
}

async function act(id: string, ...actions: object[]): Promise<unknown[]> {
  world.take(id);
  await world.frames(id, ...actions.map((action) => JSON.stringify(action)));
  return take(id);
}

const take = (id: string) => world.take(id).map((text) => JSON.parse(text));

describe("a valid token", () => {
  test("lets a JSON client in and becomes its claims", async () => {
    const { id, reply } = await enter(issuer.token());
    expect(reply).toMatchObject({ type: "connect", namespace: "/" });
    expect(await act(id, { action: "emit", event: "who", id: 2 })).toEqual([
      { type: "ack", id: 2, args: ["ada"] },
    ]);
  });

  test("may stand in the URL", async () => {
    await world.open("url=", { token: issuer.token() }, "json");
    expect(take("url=")).toMatchObject([{ type: "connect" }]);
  });

  test("lets a stock client in by auth.token, and is not kept with the socket", async () => {
    const { table } = await useTable();
    const token = issuer.token();
    expect(await world.connect("s=", "/", { token, name: "Ada" })).not.toBe("");
    await world.frames("s=", '420["handshake"]');
    expect(world.take("s=").at(-1)).toBe('430[{"name":"Ada"}]');
    expect(JSON.stringify(await table.items())).not.toContain(token.slice(-40));
  });

  test("is asked for in each namespace", async () => {
    const { id } = await enter(issuer.token());
    const connect = { action: "connect", namespace: "/chat", id: 5 };
    expect(await act(id, connect)).toMatchObject([
      { type: "error", code: "connect_error", data: { code: "token_missing" } },
    ]);
    expect(await act(id, { ...connect, auth: { token: issuer.token() } })).toMatchObject([
      { type: "connect" },
      { type: "ack" },
    ]);
  });

  test("may be signed by a key that the issuer has made since the last", async () => {
    const auth = jwtAuth({ issuer: issuer.url, audience: "app" });
    const check = (token: string) =>
      new Promise((resolve) => {
        void auth({ handshake: { auth: { token }, query: {} }, data: {} } as never, resolve);
      });
    const requests = issuer.requests;
    const old = issuer.token();
    expect([await check(old), await check(old)]).toEqual([undefined, undefined]);
    expect(issuer.requests).toBe(requests + 1);
    issuer.rotate();
    expect(await check(issuer.token())).toBeUndefined();
    expect(await check(old)).toMatchObject({ data: { code: "token_invalid" } });
  });
});

const now = () => Math.floor(Date.now() / 1000);
const unsigned = (token: string) => {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url");
  return `${header}.${token.split(".")[1]}.`;
};
const hostile: readonly (readonly [string, () => unknown, string, RegExp])[] = [
  ["none", () => undefined, "token_missing", /got none/],
  ["a number", () => 7, "token_missing", /got none/],
  ["no token", () => "abc", "token_invalid", /got a malformed token/],
  ["a huge one", () => "x".repeat(20_000), "token_invalid", /20000 characters/],
  ["of another key", () => issuer.forged(), "token_invalid", /not signed by the issuer/],
  ["of an unknown key", () => issuer.token({}, { kid: "no" }), "token_invalid", /not signed/],
  ["for another audience", () => issuer.token({ aud: "other" }), "token_invalid", /audience/],
  ["of another issuer", () => issuer.token({ iss: "https://evil" }), "token_invalid", /issuer/],
  ["expired", () => issuer.token({ exp: now() - 1 }), "token_expired", /expired/],
  ["not valid yet", () => issuer.token({ nbf: now() + 99 }), "token_invalid", /not valid yet/],
  ["alg none", () => unsigned(issuer.token()), "token_invalid", /./],
  ["alg HS256", () => issuer.token({}, { alg: "HS256" }), "token_invalid", /./],
  [
    "changed after signing",
    () => {
      const [header, , signature] = issuer.token().split(".");
      const claims = { iss: issuer.url, aud: "app", sub: "root", exp: now() + 99 };
      return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(
        ".",
      );
    },
    "token_invalid",
    /not signed by the issuer/,
  ],
];

test.each(hostile)("a token that is %s is refused with why", async (_, make, code, why) => {
  const token = make();
  const { reply } = await enter(token);
  expect(reply).toMatchObject({ type: "error", code: "connect_error", data: { code } });
  expect(reply.message).toMatch(why);
  await world.connect("stock=", "/", { token });
  expect(world.take("stock=").at(-1)).toMatch(new RegExp(`^44.*"code":"${code}"`));
  if (typeof token === "string" && token.length > 10) {
    expect(printed.join()).not.toContain(token.slice(-30));
    expect(JSON.stringify(reply)).not.toContain(token.slice(-30));
  }
});

test("an issuer that is away refuses for now, and is logged", async () => {
  issuer.isDown = true;
  const { reply } = await enter(issuer.token());
  expect(reply).toMatchObject({ code: "connect_error", data: { code: "unavailable" } });
  expect(printed.join()).toContain("Cannot check tokens");
});

test("a token that comes while the verifier waits is refused for now, not as invalid", async () => {
  const auth = jwtAuth({ issuer: issuer.url, audience: "app" });
  const check = (token: string) =>
    new Promise((resolve) => {
      void auth({ handshake: { auth: { token }, query: {} }, data: {} } as never, resolve);
    });
  // Names a key that the issuer does not have, so the verifier fetches none for a while.
  expect(await check(issuer.token({}, { kid: "no" }))).toMatchObject({
    data: { code: "token_invalid" },
  });
  issuer.rotate();
  expect(await check(issuer.token())).toMatchObject({
    message: expect.stringContaining("retry"),
    data: { code: "unavailable" },
  });
});

test("every action is held against the token's grants", async () => {
  const { id } = await enter(issuer.token({ rooms: grants }));
  const [a, b, c, d, e] = await act(
    id,
    { action: "join", room: "team.a", id: 1 },
    { action: "join", room: "secret", id: 2 },
    { action: "send", room: "team.a", event: "say", args: [1], id: 3 },
    { action: "send", room: "team.a", event: "shout", args: [1], id: 4 },
  );
  expect(a).toEqual({ type: "ack", id: 1, args: [] });
  expect(b).toMatchObject({ type: "error", id: 2, code: "forbidden" });
  expect((b as { message: string }).message).toMatch(/grant of join in "secret", got it for/);
  expect(c).toMatchObject({ type: "event", event: "say", args: [1] });
  expect(d).toEqual({ type: "ack", id: 3, args: [] });
  expect(e).toMatchObject({ type: "error", id: 4, code: "forbidden" });
  expect((e as { message: string }).message).toMatch(/got only join, send:say, members there/);
});

describe("a token that expires while its client is connected", () => {
  /** Lets the token's time pass without waiting for it. */
  const after = (seconds: number) =>
    jest.spyOn(Date, "now").mockReturnValue(realNow() + seconds * 1000);
  const realNow = Date.now.bind(Date);
  afterEach(() => void (Date.now as unknown as jest.SpyInstance).mockRestore?.());

  test("ends what it may do and what it hears, until it is renewed", async () => {
    const { id } = await enter(issuer.token({ rooms: grants, exp: now() + 60 }));
    const { id: other } = await enter(
      issuer.token({ rooms: grants, sub: "bob", exp: now() + 900 }),
    );
    for (const one of [id, other]) await act(one, { action: "join", room: "team.a" });
    after(120);
    expect(await act(id, { action: "send", room: "team.a", event: "say", id: 1 })).toMatchObject([
      { type: "error", id: 1, code: "token_expired" },
    ]);
    expect(await act(id, { action: "emit", event: "who", id: 2 })).toEqual([
      expect.objectContaining({
        type: "ack",
        id: 2,
        args: [expect.objectContaining({ code: "token_expired" })],
      }),
    ]);
    await act(other, { action: "send", room: "team.a", event: "say", args: ["psst"] });
    expect(take(id)).toEqual([]);
    const renew = (claims: object) => ({ action: "renew", token: issuer.token(claims), id: 9 });
    expect(await act(id, renew({ sub: "bob", exp: now() + 900 }))).toMatchObject([
      { type: "error", id: 9, code: "token_invalid" },
    ]);
    expect(await act(id, renew({ exp: now() + 900, rooms: grants }))).toEqual([
      { type: "ack", id: 9, args: [{ rooms: ["team.a"] }] },
    ]);
    await act(other, { action: "send", room: "team.a", event: "say", args: ["again"] });
    expect(take(id)).toMatchObject([{ event: "say", args: ["again"] }]);
  });

  test("leaves the rooms that a renewed token no longer grants", async () => {
    const { id } = await enter(issuer.token({ rooms: grants }));
    await act(id, { action: "join", room: "team.a" }, { action: "join", room: "public.x" });
    const token = issuer.token({ rooms: { "public.**": ["join"] } });
    expect(await act(id, { action: "renew", token, id: 1 })).toEqual([
      { type: "ack", id: 1, args: [{ rooms: ["public.x"] }] },
    ]);
    expect(await act(id, { action: "rooms", id: 2 })).toEqual([
      { type: "ack", id: 2, args: [{ rooms: ["public.x"] }] },
    ]);
  });
});

test.each([
  [{ issuer: "http://issuer.example", audience: "a" }, /https URL/],
  [{ issuer: "https://issuer.example", audience: "" }, /`audience` to name your application/],
  [{ issuer: "https://issuer.example", audience: [] }, /`audience`/],
])("options that would be unsafe are refused: %j", (options, message) => {
  expect(() => jwtAuth(options)).toThrow(message);
});
