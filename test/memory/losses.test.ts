import path from "node:path";
import { buildApplication } from "./build";
import { compiled, notesOf } from "./small";
import { World } from "./world";

/** What cannot be kept is named: when the application is built, or once with the way to it. */

const each = () => true;

async function lostBy(source: string): Promise<readonly string[]> {
  const world = new World(compiled(source), each);
  await world.connect("a");
  await world.send("a", "go");
  await world.send("a", "go");
  return world.lost.map(({ path, reason, place }) => `${place}  ${path}: ${reason}`);
}

const listener = (body: string) =>
  `io.on("connection", (socket) => socket.on("go", () => { ${body} }));`;

test("an instance of a package is named by the way to it", async () => {
  const source = `const { Readable } = require("node:stream");
const games = new Map();
${listener('games.set("x", { name: "chess", db: new Readable() });')}`;
  expect(await lostBy(source)).toContain(
    'server.js:3  games.get("x").db: an instance of Readable, which is not a class of the application',
  );
});

test("a generator, a promise and a WeakMap are named", async () => {
  const source = `function* numbers() { yield 1; }
const kept = {};
${listener("kept.numbers ??= numbers(); kept.soon ??= new Promise(() => {}); kept.weak ??= new WeakMap();")}`;
  const lost = await lostBy(source);
  expect(lost.slice(0, 3)).toEqual([
    "server.js:3  kept.numbers: a generator stands in the middle of its run",
    "server.js:3  kept.soon: a promise ends with its event",
    "server.js:3  kept.weak: nothing can list what it holds",
  ]);
});

test("variables of a file that an event loads are named", async () => {
  const world = new World(
    buildApplication(path.join(__dirname, "apps/late/server.js"), true),
    each,
  );
  await world.connect("a");
  await world.send("a", "go");
  await world.send("a", "go");
  expect(new Set(world.lost.map(({ path, place }) => `${place}: ${path}`))).toEqual(
    new Set(["test/memory/apps/late/late.js: the variables of test/memory/apps/late/late.js"]),
  );
});

test("an object of a package that changes after loading is named, and no client or storage is", async () => {
  const source = `const Denque = require("denque");
const { Agent } = require("node:http");
const { AsyncLocalStorage } = require("node:async_hooks");
const waiting = { line: new Denque() };
const agent = new Agent();
const storage = new AsyncLocalStorage();
${listener("agent.totalSocketCount++; storage.run(1, () => waiting.line.push(socket.id));")}`;
  expect(new Set(await lostBy(source))).toEqual(
    new Set([
      "server.js:5  waiting.line: an object of Denque has changed (its _tail), and begins anew in each container",
    ]),
  );
});

test("what evaluation makes again is not lost, wherever it is kept", async () => {
  const source = `const { Readable } = require("node:stream");
const db = new Readable();
const sessions = {};
io.on("connection", (socket) => {
  socket.on("go", () => { sessions[socket.id] = { db, parse: JSON.parse, Readable }; });
  socket.on("check", (ack) => ack(sessions[socket.id].db === db, sessions[socket.id].Readable === Readable));
});`;
  const world = new World(compiled(source), each);
  await world.connect("a");
  await world.send("a", "go");
  await world.ask("a", "check");
  expect(world.outside.heard).toEqual([["a", "ack 0", true, true]]);
  // Of the platform, and in no variable.
  expect(world.lost.map(({ path }) => path)).toEqual(["sessions.a.parse"]);
});

test("`super` in a function that outlives its run is named with a way out", () => {
  const source = `class A { go() {} }
class B extends A { go() { setTimeout(() => super.go(), 10); } }
new B();`;
  expect(notesOf(source)).toEqual([
    "server.js:3:45  `super` in a function that may outlive the event cannot be kept: call a method of `this` that does it",
  ]);
});

test("an object of a package that keeps its state itself is named when the application is built", () => {
  const source = `const { LRUCache } = require("lru-cache");
const { Readable } = require("node:stream");
const cache = new LRUCache({ max: 10 });
const seen = new LRUCache({ max: 10 });
const db = new Readable();
const games = { first: new LRUCache({ max: 10 }) };
class Table { static game = new LRUCache({ max: 10 }); }
io.on("connection", (socket) => {
  const own = new LRUCache({ max: 10 });
  socket.on("go", () => seen.set(socket.id, [cache, db, games, own, Table]));
});`;
  const reason = "an object of a package that keeps its state itself begins anew in each container";
  expect(notesOf(source).map((note) => note.replace(/: keep .*/, ""))).toEqual([
    `server.js:5:14  ${reason}`,
    `server.js:7:24  ${reason}`,
    `server.js:8:29  ${reason}`,
  ]);
});

test("a variable of a case is named with a way out", () => {
  const source = listener('switch (socket.id) { case "a": let n = 1; setTimeout(() => n++, 10); }');
  expect(notesOf(source)[0]).toMatch(
    /^server\.js:2:\d+ {2}`n` is declared in a `case` and outlives the event: put braces around what the case does$/,
  );
});
