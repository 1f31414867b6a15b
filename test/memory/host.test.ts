import { startMemory } from "../../src/durable";
import type { MemoryHost } from "../../src/ports";
import { compiled, plain } from "./small";
import { World } from "./world";

/** What a host may rely on. */

const host: MemoryHost = {
  referenceTo: () => undefined,
  resolve: () => undefined,
  now: () => 0,
  begin: () => () => undefined,
  lost: () => undefined,
};

test("a bundle without a memory is as its source, and says so", () => {
  const memory = startMemory(host);
  new World(plain("let n = 0; io.on('connection', () => n++);"), undefined);
  expect(memory.isCompiled).toBe(false);
});

test("an application in which nothing outlives an event is not compiled", () => {
  const source = `io.on("connection", (socket) => {
  socket.on("say", (text) => io.emit("said", socket.id, text));
});`;
  expect(compiled(source)).toBe(plain(source));
});

test("variables of any name are kept, also of those that the compiler uses", async () => {
  const names = [..."abcdefghijklmnopqrstuvwxyz", "$k", "$w", "$v", "_", "$", "$r0", "$r1"];
  const kept = names.filter((name) => !/^\$r/.test(name));
  const all = (list: readonly string[]) => list.join(", ");
  const source = `${names.map((name) => `let ${name} = 0;`).join(" ")}
io.on("connection", (socket) => {
  ${kept.map((name) => `let own${name} = 0, ${name}1 = 0;`).join(" ")}
  socket.on("module", (ack) => { ${names.map((name) => `${name}++;`).join(" ")} ack(${all(names)}); });
  socket.on("deep", (ack) => { ${names.map((name) => `let ${name} = 7;`).join(" ")}
    socket.once("later", (ack) => ack(${all(names)})); ack(); });
  socket.on("own", (ack) => { ${kept.map((name) => `own${name}++; ${name}1++;`).join(" ")} ack(${all(kept.map((name) => `own${name} + ${name}1`))}); });
});`;
  const world = new World(compiled(source), () => true);
  await world.connect("a");
  for (const event of ["module", "module", "own", "own", "deep", "later"])
    await world.ask("a", event);
  const heard = world.outside.heard.map(([, , ...values]) => new Set(values));
  expect(heard).toEqual([1, 2, 2, 4, undefined, 7].map((n) => new Set(n === undefined ? [] : [n])));
});

test("an event that changes nothing writes nothing", async () => {
  const source = `const big = new Map(); let n = 0;
for (let i = 0; i < 1000; i++) big.set("k" + i, { i, text: "x".repeat(20) });
io.on("connection", (socket) => {
  socket.on("look", (ack) => ack(big.size, n));
  socket.on("count", () => n++);
  socket.on("touch", (key) => { big.get(key).i++; });
  socket.on("drop", (key) => big.delete(key));
  socket.on("add", (key) => big.set(key, { i: 0 }));
});`;
  const world = new World(compiled(source), () => false);
  await world.connect("a");
  const wrote = async (...event: [string, ...unknown[]]) => {
    await world.send("a", ...event);
    return world.written.at(-1);
  };
  await world.ask("a", "look");
  expect(world.written.at(-1)).toBe(0);
  expect(await wrote("count")).toBe(1);
  expect(await wrote("touch", "k7")).toBe(1);
  expect(await wrote("touch", "k7")).toBe(1);
  // The list of the pieces stays, unless a key that ends a piece comes or goes.
  expect(await wrote("drop", "k500")).toBeLessThanOrEqual(3);
  expect(await wrote("add", "new")).toBeLessThanOrEqual(3);
  expect(Math.max(...[...world.entries.values()].map((text) => text.length))).toBeLessThan(15_000);
});

test("a new version goes on with variables that it has, and starts those anew that begin otherwise", async () => {
  const version = (first: number, more: string) => `let votes = 0; let round = ${first}; ${more}
io.on("connection", (socket) => {
  socket.on("vote", () => { votes++; round++; });
  socket.on("show", (ack) => ack(votes, round));
});`;
  const old = new World(
    compiled(
      version(1, 'let old = 0; io.on("connection", (socket) => socket.on("vote", () => old++));'),
    ),
    () => false,
  );
  await old.connect("a");
  await old.send("a", "vote");
  const next = new World(compiled(version(10, "const title = [];")), () => true);
  for (const [id, text] of old.entries) next.entries.set(id, text);
  next.outside.connected.set("a", { id: "a", auth: {}, rooms: new Set(), data: "{}" });
  await next.ask("a", "show");
  expect(next.outside.heard).toEqual([["a", "ack 0", 1, 10]]);
  expect(next.lost.map(({ path, reason }) => `${path}: ${reason}`)).toEqual([
    "old: this version has no variable of that name",
    "round: its first value in the source has changed, so it starts anew",
  ]);
});

test("a closure that a new version does not have is left out, and the others work", async () => {
  const source = (events: string[]) =>
    `const all = []; io.on("connection", (socket) => { let n = 0; ${events
      .map((event) => `socket.on("${event}", (ack) => ack(${JSON.stringify(event)}, ++n));`)
      .join(" ")} });`;
  const old = new World(compiled(source(["one", "two", "three"])), () => false);
  await old.connect("a");
  await old.ask("a", "one");
  const next = new World(compiled(source(["three", "one"])), () => true);
  for (const [id, text] of old.entries) next.entries.set(id, text);
  next.outside.connected.set("a", { id: "a", auth: {}, rooms: new Set(), data: "{}" });
  await next.ask("a", "two");
  await next.ask("a", "three");
  await next.ask("a", "one");
  expect(next.outside.heard).toEqual([
    ["a", "ack 1", "three", 2],
    ["a", "ack 2", "one", 3],
  ]);
});

test("a random value of the evaluation is the same in each container", async () => {
  const source = `const secret = Math.random(); let first;
io.on("connection", (socket) => {
  first ??= secret;
  socket.on("same", (ack) => ack(first === secret));
});`;
  const world = new World(compiled(source), () => true);
  await world.connect("a");
  await world.ask("a", "same");
  expect(world.outside.heard).toEqual([["a", "ack 0", true]]);
});

test("two functions of one place stay two, also when more are made later", async () => {
  const source = `const fns = [];
io.on("connection", (socket) => {
  socket.on("add", () => { const f = () => "f"; fns.push(f); socket.last = f; });
  socket.on("drop", () => { fns.splice(fns.indexOf(socket.last), 1); });
  socket.on("check", (ack) => ack(fns.length, new Set(fns).size, fns.includes(socket.last)));
});`;
  const world = new World(compiled(source), () => true);
  await world.connect("a");
  for (const event of ["add", "add", "add"]) await world.send("a", event);
  await world.ask("a", "check");
  await world.send("a", "drop");
  await world.send("a", "add");
  await world.ask("a", "check");
  await world.send("a", "drop");
  await world.ask("a", "check");
  expect(world.outside.heard.map(([, , ...args]) => args)).toEqual([
    [3, 3, true],
    [3, 3, true],
    [2, 2, false],
  ]);
});

test("a fresh container in which nothing changes writes nothing", async () => {
  const source = `const fns = [], users = new Map(); let timer;
class User { #name; constructor(name) { this.#name = name; } }
io.on("connection", (socket) => {
  const user = new User(socket.id);
  users.set(socket.id, user);
  socket.user = user;
  socket.on("add", () => { let n = 0; fns.push(() => ++n, () => --n); timer = setTimeout(() => n, 9e5); });
  socket.on("look", (ack) => ack(fns.length));
});`;
  const world = new World(compiled(source), () => true);
  await world.connect("a");
  await world.send("a", "add");
  await world.send("a", "add");
  await world.ask("a", "look");
  expect(world.written.at(-1)).toBe(0);
});

test("what a new version has no place for moves nothing else", async () => {
  const version = (rest: string) => `${rest}
io.on("connection", (socket) => {
  socket.on("start", (name) => {
    const user = { name };
    const game = { user };
    const old = typeof Old === "function" ? new Old({ user }) : undefined;
    const pair = { user, game };
    socket.on("look", (ack) => ack(user.name, game.user === user, pair.game === game, pair.user === user, typeof old));
  });
});`;
  const old = new World(
    compiled(version("class Old { constructor(of) { this.of = of; } }")),
    () => false,
  );
  await old.connect("a");
  await old.send("a", "start", "Ada");
  const next = new World(compiled(version("const none = 0;")), () => true);
  for (const [id, text] of old.entries) next.entries.set(id, text);
  next.outside.connected.set("a", { id: "a", auth: {}, rooms: new Set(), data: "{}" });
  await next.ask("a", "look");
  expect(next.outside.heard).toEqual([["a", "ack 0", "Ada", true, true, true, "undefined"]]);
});

const beats = `let beats = 0;
let timer;
const kept = new Map();
io.on("connection", (socket) => {
  socket.on("start", () => {
    timer = setTimeout(() => { if (++beats < 3) timer.refresh(); }, 1000);
  });
  socket.on("again", () => timer.refresh());
  socket.on("stop", () => { clearTimeout(timer); timer.refresh(); });
  socket.on("look", (ack) => ack(beats, [...kept.values()].map((one) => [one.id, one.connected, one.data.tags?.has("x")])));
  kept.set(socket.id, socket);
  socket.data.tags = new Set(["x"]);
});`;

test.each([true, false])(
  "a timer that has fired is set again by refresh, as in Node (fresh: %s)",
  async (isFresh) => {
    const world = new World(compiled(beats), () => isFresh);
    await world.connect("a");
    const seen = async (event: string) => {
      await world.send("a", event);
      await world.pass(10_000);
      await world.ask("a", "look");
      return world.outside.heard.at(-1)?.[2];
    };
    expect([await seen("start"), await seen("again"), await seen("stop")]).toEqual([3, 4, 4]);
    expect(world.lost).toEqual([]);
  },
);

test("a socket that has left keeps its data", async () => {
  const world = new World(compiled(beats), () => true);
  await world.connect("a");
  await world.connect("b");
  await world.disconnect("a");
  await world.ask("b", "look");
  await world.ask("b", "look");
  expect(world.outside.heard.at(-1)).toEqual([
    "b",
    "ack 1",
    0,
    [
      ["a", false, true],
      ["b", true, true],
    ],
  ]);
});
