import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeTimers } from "../../checks/fast-timers";
import { chooseOrdering, describeOrdering } from "../../checks/ordering";

const folder = mkdtempSync(path.join(tmpdir(), "ordering-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(body: string): string {
  const entry = path.join(folder, "server.js");
  writeFileSync(entry, `const io = require("socket.io")(3000);\n${body}\n`);
  return entry;
}

const NOTHING_KEPT = { ordering: "connection", reasons: [], isOfConnections: false, doubts: [] };

/** Of places, only what they say. */
const without = (lines: readonly string[]) => lines.map((line) => line.replace(/^\S+ {2}/, ""));

test.each([
  ["a variable of the module", `let n = 0; io.on("connection", (s) => s.on("a", () => n++));`],
  ["a timer at load", `setInterval(() => io.emit("tick"), 1000);`],
  ["all sockets", `io.on("connection", (s) => s.emit("n", io.engine.clientsCount));`],
])("%s takes one lane", (_, body) => {
  const chosen = chooseOrdering(file(body));
  expect(chosen.ordering).toBe("application");
  expect(chosen.reasons).toHaveLength(1);
  expect(describeOrdering(chosen)).toContain(chosen.reasons[0]);
});

test("an application that keeps nothing has a lane for each connection, and hears of no reason", () => {
  const body = `io.on("connection", (s) => s.on("a", (room) => { s.data.room = room; s.join(room); }));`;
  const chosen = chooseOrdering(file(body));
  expect(chosen).toEqual(NOTHING_KEPT);
  expect(describeOrdering(chosen)).toBe("");
});

const store = "class Store { items = new Map(); save(x) { this.items.set(x.id, x); } }";
test.each([
  [
    "a listener that a factory returns among others",
    `${store} const make = ({ store }) => ({ async add(x) { store.save(x); } });
const { add } = make({ store: new Store() }); io.on("connection", (s) => s.on("a", add));`,
    "`Store.items` is changed in `save`, whose callers do not show in the source",
  ],
  [
    "a class whose instance a framework makes",
    `class Gateway { users = []; join(name) { this.users.push(name); } } require("framework").run(Gateway);`,
    "`Gateway.users` is changed in `join`, whose callers do not show in the source",
  ],
  [
    "a table of listeners",
    `const users = []; const table = { join: (s, name) => { users.push(name); } };
io.on("connection", (s) => { for (const [name, fn] of Object.entries(table)) s.on(name, (x) => fn(s, x)); });`,
    "`users` is changed in `join`, whose callers do not show in the source",
  ],
  [
    "functions around a variable",
    `function store() { const items = []; return { add: (x) => { items.push(x); } }; }
const { add } = store(); io.on("connection", (s) => s.on("a", add));`,
    "`items` is changed in `add`, whose callers do not show in the source",
  ],
  [
    "a function that a package calls",
    `let last; require("feed").onNews((news) => { last = news; }); io.on("connection", (s) => s.emit("news", last));`,
    "`last` is assigned in a function, whose callers do not show in the source",
  ],
  [
    "a timer that starts with a database",
    `require("db").once("open", () => { setInterval(() => io.emit("tick"), 1000); });`,
    "`setInterval` is started when the application is loaded",
  ],
])("%s may keep something, so it takes one lane", (_, body, reason) => {
  expect(without(chooseOrdering(file(body)).reasons)).toEqual([reason]);
});

test.each([
  ["a server that listens", `let ready; io.httpServer.listen(3000, () => { ready = true; });`],
  [
    "a start in a branch",
    `let db; async function connect() { db = await open(); } async function main() { await connect(); }
if (require.main === module) main().catch((error) => { process.exitCode = 1; });`,
  ],
  ["a process that ends", `let isOver; process.on("SIGTERM", () => { isOver = true; });`],
  [
    "data of its own",
    `function count(list) { const seen = {}; list.forEach((x) => { seen[x] = 1; }); return seen; } module.exports = { count };`,
  ],
  [
    "what a listener makes",
    `${store} io.on("connection", (s) => s.on("a", (x) => { new Store().save(x); }));`,
  ],
])("%s keeps nothing for later events", (_, body) => {
  expect(chooseOrdering(file(body))).toEqual(NOTHING_KEPT);
});

/** An application whose handler is this; `n` is a variable that a listener changes. */
const handler = (body: string, before: string) =>
  `${before} io.on("connection", (s) => { let n = 0; s.on("n", () => { n++; s.emit("n", n); }); ${body} });`;

test.each<[what: string, body: string, before: string]>([
  ["a variable of the connection handler", "", ""],
  [
    "a name of a list",
    `for (const name of ["a", "b"]) s.on(name, () => { n++; s.emit(name, n); }); const [x] = s.handshake.query.list.split(","); s.on("x", () => s.emit(x));`,
    "",
  ],
  ["a listener in a listener", `s.on("a", () => s.on("b", () => {}));`, ""],
  [
    "a text that a database gets",
    `const { room } = s.handshake.query; let name = "x"; s.on("a", (x) => { name = x; db.save(name, { room, text: x }); s.to(room).emit("a", name); });`,
    `const db = require("db")();`,
  ],
  [
    "a list of what a client has sent",
    `const l = []; s.on("a", (x) => l.push(x)); s.on("b", () => s.emit("l", l));`,
    "",
  ],
  [
    "what a listener has captured",
    `s.on("a", (id) => { const game = { id, s, at: Date.now() }; s.on("move", (m) => { game.last = m; s.to(id).emit("game", game.last); }); });`,
    "",
  ],
  [
    "an ack for later",
    `const acks = new Map(); s.on("ask", (id, ack) => acks.set(id, ack)); s.on("b", (id) => acks.get(id)(1));`,
    "",
  ],
  [
    "what a handshake says",
    `const { name } = s.handshake.query; const room = s.handshake.auth.room || "lobby"; s.on("a", () => s.to(room).emit("a", name));`,
    "",
  ],
  [
    "what a function of the application makes",
    `const user = make(s.id); s.on("a", () => { user.n++; s.emit("u", user); });`,
    `function make(id) { return { id, n: 0 }; }`,
  ],
  [
    "an instance of its own class",
    `const c = new Cart(s); s.on("a", (x) => c.add(x));`,
    `class Cart { items = []; constructor(s) { this.s = s; } add(x) { this.items.push(x); this.s.emit("cart", this.items); } }`,
  ],
])("%s belongs to the connection, which keeps it", (_, body, before) => {
  const chosen = chooseOrdering(file(handler(body, before)));
  expect(chosen).toMatchObject({ ordering: "connection", isOfConnections: true, doubts: [] });
  const text = describeOrdering(chosen);
  expect(text).toContain('Ordering "connection": each connection takes a lane, which keeps');
  expect(text).toContain(chosen.reasons[0] as string);
});

test.each([
  [
    "what a database gives",
    `const user = await db.find(s.id); s.on("a", () => s.emit("u", user));`,
    "`user` may hold",
  ],
  [
    "what a package makes",
    `const game = new Chess(); s.on("a", () => s.emit("fen", game.fen()));`,
    "`game` may hold",
  ],
  [
    "a listener that a package makes",
    `s.on("a", throttle(() => {}));`,
    "a package may have made the listener",
  ],
  [
    "a property that a package gives",
    `s.on("a", async () => { s.user = await db.find(1); });`,
    "`s.user = await db.find(1)` may keep",
  ],
  [
    "what a list gets",
    `const l = []; s.on("a", async () => { l.push(await db.find(1)); s.emit("l", l.length); });`,
    "`l.push(await db.find(1))` may keep",
  ],
  ["a package that gets the socket", `wildcard(s);`, "`wildcard` is given the socket"],
  [
    "an object that a package gets",
    `const body = { x: 0 }; engine.simulate(body); s.on("move", (x) => { body.x = x; });`,
    "`engine.simulate` is given `body`, which outlives the event",
  ],
  [
    "a list that a function of a package gets",
    `const list = []; track(list); s.on("a", (x) => list.push(x));`,
    "`track` is given `list`, which outlives the event",
  ],
  [
    "a listener on what all share",
    `bus.on("news", (x) => s.emit("news", x));`,
    "`bus` gets a listener for one connection",
  ],
  [
    "a listener for all connections",
    `s.nsp.on("x", () => s.emit("x"));`,
    "`s.nsp` gets a listener",
  ],
  [
    "what the connection handler leaves in a module",
    `if (!cache[s.id]) cache[s.id] = 1;`,
    "`cache` is changed in the connection handler",
  ],
  [
    "an error that was caught",
    `try { go(); } catch (e) { s.on("why", () => s.emit("why", e)); }`,
    "`e` may hold",
  ],
  [
    "a part of socket.data",
    `const { user } = s.data; s.on("a", () => s.emit("u", user));`,
    "`user` may hold",
  ],
  [
    "the wait for a later event",
    `s.on("a", async () => { await new Promise((done) => s.once("b", () => done())); });`,
    "`done` may hold",
  ],
])("%s may be more than a connection can keep, so it takes one lane", (_, body, doubt) => {
  const before = `const db = require("db")(), bus = require("bus"), wildcard = require("w"), { Chess } = require("chess.js"), throttle = require("t"), engine = require("e").create(), { track } = require("k"), cache = {};`;
  const text = handler(body, before).replace("(s) => {", "async (s) => {");
  const chosen = chooseOrdering(file(text));
  expect(chosen).toMatchObject({ ordering: "application", isOfConnections: false });
  expect(without(chosen.doubts).join("\n")).toContain(doubt);
  expect(describeOrdering(chosen)).toContain("Connections cannot keep it by themselves, since");
});

test("what is shared besides takes one lane without a further reason", () => {
  const chosen = chooseOrdering(file(handler(`s.on("all", () => { all++; });`, "let all = 0;")));
  expect(chosen).toMatchObject({ ordering: "application", isOfConnections: false, doubts: [] });
  expect(chosen.reasons).toHaveLength(2);
});

test("of many places three are shown", () => {
  const names = ["a", "b", "c", "d", "e"];
  const body = `let ${names.join()}; io.on("connection", (s) => { ${names.map((n) => `s.on("${n}", () => { ${n} = s.emit("${n}", ${n}); });`).join(" ")} });`;
  const text = describeOrdering(chooseOrdering(file(body)));
  expect(text.match(/is assigned/g)).toHaveLength(3);
  expect(text).toContain("and 2 more");
});

test("names intervals below a second, and timers of packages", () => {
  const body = `const TICK = 50; const cron = require("node-cron");
setInterval(() => io.emit("tick"), TICK);
setInterval(() => io.emit("frame"), 1000 / 60);
setInterval(() => io.emit("slow"), 1000);
cron.schedule("* * * * *", () => io.emit("minute"));`;
  expect(without(describeTimers(file(body)))).toEqual([
    expect.stringMatching(/^`cron.schedule` is started when the application is loaded but timers/),
    expect.stringMatching(/^an interval of 50 ms fires about once a second/),
    expect.stringMatching(/^an interval of 17 ms/),
  ]);
  const [, fast] = without(describeTimers(file(body), true));
  expect(fast).toMatch(/^an interval of 50 ms keeps the lane awake .*an hour$/);
});
