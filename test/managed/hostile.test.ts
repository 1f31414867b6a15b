import fc from "fast-check";
import type { Server } from "socket.io";
import { jwtAuth, managedRooms } from "../../managed";
import { World } from "../support/world";
import { Issuer } from "./issuer";

/**
 * Ten thousand frames by which a client might try to get at what is not its own. They change nothing
 * that they should not, and no frame ends a function.
 */

const FRAMES = 10_000;
const BATCH = 100;

let issuer: Issuer;
let world: World;
let crashes: unknown[];

beforeAll(async () => {
  issuer = await Issuer.start();
  world = await World.of((io: Server) => {
    const tokens = jwtAuth({ issuer: issuer.url, audience: "app" });
    managedRooms(io.of("/"), { tokens, limits: { actionsPerSecond: 1e9 } });
    managedRooms(io.of("/other"), { tokens, limits: { actionsPerSecond: 1e9 } });
  });
  // What is tested here is every frame, not how many of them.
  world.limits = { framesPerSecond: 1e9, bytesPerSecond: 1e12 };
  jest.spyOn(console, "error").mockImplementation((entry) => void crashes.push(entry));
  jest.spyOn(console, "warn").mockImplementation();
});
afterAll(async () => {
  await world.close();
  await issuer.close();
});

async function enter(id: string, claims: object): Promise<string> {
  await world.open(id, { namespace: "" }, "json");
  const auth = { token: issuer.token(claims) };
  await world.frames(id, JSON.stringify({ action: "connect", auth }));
  const [reply] = world.take(id);
  return JSON.parse(reply as string).id;
}

/** JSON of any kind, with names that JavaScript objects keep for themselves. */
const names = fc.constantFrom("__proto__", "constructor", "prototype", "toString", "room", "sub");
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.constantFrom(1e308, -0, 2 ** 53, "\u0000", "\ud800", "𝕏".repeat(300)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.string()), tie("value"), { maxKeys: 3 }),
  ),
}));

function frames(victim: string): fc.Arbitrary<string> {
  const room = fc.oneof(fc.constantFrom("secret", victim, "mine", "", "a".repeat(257)), anything);
  const token = fc.constantFrom(
    issuer.forged(),
    issuer.token({ aud: "other" }),
    issuer.token({ exp: 1 }),
    `${Buffer.from('{"alg":"none"}').toString("base64url")}.e30.`,
  );
  const field = fc.oneof(anything, room, token);
  const action = fc.record(
    {
      action: fc.oneof(
        fc.constantFrom("join", "leave", "send", "rooms", "members", "renew", "emit", "ack"),
        fc.constantFrom("connect", "ping", "__proto__", "hasOwnProperty"),
        anything,
      ),
      namespace: fc.oneof(fc.constantFrom("/", "/other", "/none"), anything),
      room,
      event: fc.oneof(fc.constantFrom("e", "rooms:join", "disconnect", "connect"), anything),
      args: fc.oneof(fc.array(anything, { maxLength: 3 }), anything),
      scope: fc.oneof(fc.constantFrom("room", "others", "self"), anything),
      // Another user's token, even a valid one, renews no token.
      token: fc.oneof(field, fc.constant(issuer.token({ sub: "victim" }))),
      auth: fc.oneof(fc.record({ token: field }), anything),
      recover: fc.oneof(fc.record({ pid: field, offset: field }), anything),
      ack: fc.oneof(fc.nat(), anything),
      id: fc.oneof(fc.nat(), anything),
      count: anything,
      limit: anything,
      after: anything,
    },
    { requiredKeys: ["action"] },
  );
  const deep = fc.integer({ min: 1, max: 8000 }).map((n) => "[".repeat(n) + "]".repeat(n));
  return fc.oneof(
    { weight: 20, arbitrary: action.map((one) => JSON.stringify(one)) },
    { weight: 2, arbitrary: action.map((one) => JSON.stringify(one).slice(0, -2)) },
    { weight: 2, arbitrary: fc.string({ unit: "binary" }) },
    {
      weight: 1,
      arbitrary: deep.map((args) => `{"action":"send","room":"mine","event":"e","args":${args}}`),
    },
    { weight: 1, arbitrary: anything.map((one) => JSON.stringify(one)) },
  );
}

test(`${FRAMES} hostile frames change nothing that they should not`, async () => {
  crashes = [];
  const victim = await enter("victim=", { sub: "victim", rooms: { "**": "*" } });
  const join = (room: string) => JSON.stringify({ action: "join", room });
  await world.frames("victim=", join("secret"), join("mine"));
  await enter("evil=", { sub: "evil", rooms: { mine: "*" } });
  world.take("victim=");
  const before = await stateOf("victim=");

  const all = fc.sample(frames(victim), { numRuns: FRAMES, seed: 20_261_125 });
  const heard: string[] = [];
  for (let start = 0; start < FRAMES; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    expect(await world.frames("evil=", ...batch)).toBe(batch.length);
    heard.push(...world.take("victim="));
    // One assertion for a batch: ten thousand take a second.
    const messages = world.take("evil=").map((text) => JSON.parse(text));
    expect(messages.filter((message) => !("type" in message))).toEqual([]);
  }

  // It may speak in `mine`, and nowhere else, under no other name than the one that it holds.
  for (const message of heard.map((text) => JSON.parse(text))) {
    expect(message).toMatchObject({ type: "event", namespace: "/" });
  }
  expect(await stateOf("victim=")).toEqual(before);
  const rooms = await world.table.store.load("evil=");
  const joined = [...(rooms?.sockets.get("/")?.rooms ?? [])].map(String);
  expect(joined.filter((room) => !["mine", rooms?.sockets.get("/")?.id].includes(room))).toEqual(
    [],
  );
  expect(rooms?.sockets.has("/other")).toBe(false);
  expect(Object.prototype).not.toHaveProperty("room");
  expect(crashes.filter((entry) => !isExpected(entry))).toEqual([]);

  // Both still work.
  await world.frames("evil=", '{"action":"rooms","id":"last"}');
  expect(world.take("evil=").map((text) => JSON.parse(text))).toMatchObject([{ id: "last" }]);
}, 240_000);

async function stateOf(id: string) {
  const record = await world.table.store.load(id);
  return [...(record?.sockets.values() ?? [])].map(({ id: socket, rooms, state }) => ({
    ...{ socket, state },
    rooms: [...rooms].sort(),
  }));
}

/** An answer nested more deeply than JSON can be written is an application's mistake, and logged as one. */
function isExpected(entry: unknown): boolean {
  return /Maximum call stack/.test(String((entry as { error?: unknown })?.error));
}
