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
});
