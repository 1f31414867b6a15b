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

/** Of places, only what they say. */
const without = (lines: readonly string[]) => lines.map((line) => line.replace(/^\S+ {2}/, ""));

test.each([
  ["a variable of the module", `let n = 0; io.on("connection", (s) => s.on("a", () => n++));`],
  [
    "a variable of a handler",
    `io.on("connection", (s) => { let n; s.on("a", () => { n = 1; }); s.on("b", () => s.emit("n", n)); });`,
  ],
  ["a listener in a listener", `io.on("connection", (s) => s.on("a", () => s.on("b", () => {})));`],
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
  expect(chosen).toEqual({ ordering: "connection", reasons: [] });
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
  expect(chooseOrdering(file(body))).toEqual({ ordering: "connection", reasons: [] });
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
