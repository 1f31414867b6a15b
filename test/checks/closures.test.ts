import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { checkClosures, describeUnfollowed, formatFindings } from "../../checks/closures";
import { readApplication } from "../../checks/closures/application";

const root = path.join(__dirname, "../..");
const fixtures = path.join(__dirname, "fixtures");

/** `file:line rule name`, the file relative to the fixtures. */
function check(file: string): string[] {
  return checkClosures(path.resolve(fixtures, file)).map(
    ({ file, line, rule, name }) => `${path.relative(fixtures, file)}:${line} ${rule} ${name}`,
  );
}

function handlersOf(file: string): string[] {
  return readApplication(path.resolve(fixtures, file)).runs.map(({ handler }) => handler.event);
}

const guilty: Record<string, string[]> = {
  "chat.ts": ["chat.ts:18 shared-state numUsers", "chat.ts:19 socket-state addedUser"],
  "chat.cjs": ["chat.cjs:17 shared-state numUsers", "chat.cjs:18 socket-state addedUser"],
  "socket-state.ts": [
    "socket-state.ts:20 socket-state room",
    "socket-state.ts:29 socket-state score",
    "socket-state.ts:33 socket-state x",
    "socket-state.ts:33 socket-state y",
    "socket-state.ts:35 socket-state answers",
    "socket-state.ts:38 socket-state seen",
    "socket-state.ts:42 socket-state profile",
  ],
  "packages.mjs": [
    "packages.mjs:19 shared-state limiter",
    "packages.mjs:20 shared-state viaPackage",
    "packages.mjs:22 local-view io.engine.clientsCount",
    "packages.mjs:31 shared-state game",
    "packages.mjs:32 socket-state own",
    "packages.mjs:33 shared-state sessions",
    "packages.mjs:38 shared-state lock",
    "packages.mjs:40 local-view io.sockets.adapter.rooms",
    'packages.mjs:41 local-view io.of("/").sockets',
  ],
  "shared-state.mjs": [
    "shared-state.mjs:11 shared-state users",
    "shared-state.mjs:16 shared-state connections",
    "shared-state.mjs:21 shared-state rooms",
    "shared-state.mjs:22 shared-state history",
  ],
  "aliases.ts": [
    "aliases.ts:25 shared-state players",
    "aliases.ts:29 shared-state state",
    "aliases.ts:32 shared-state byTeam",
  ],
  "wrapper.ts": ["wrapper.ts:13 shared-state count"],
  "curried.cjs": [
    "curried.cjs:19 socket-state name",
    "curried.cjs:22 local-view server.engine.clientsCount",
  ],
  "helpers/index.cjs": [
    "helpers/index.cjs:9 shared-state visits",
    "helpers/users.cjs:6 shared-state users",
  ],
  "barrel/index.ts": [
    "barrel/handlers/orders.ts:7 socket-state open",
    "barrel/handlers/users.ts:8 shared-state online",
  ],
  "cycle.mjs": ["cycle-other.mjs:11 shared-state names"],
  "nested.ts": [
    "nested.ts:6 nested-listener from middleware",
    "nested.ts:12 nested-listener order",
    "nested.ts:13 nested-listener pay",
    "nested.ts:14 nested-listener onAny",
    "nested.ts:18 nested-listener answer",
    "nested.ts:24 nested-listener watched",
  ],
  "timers.ts": [
    "timers.ts:7 timer setInterval",
    "timers.ts:10 timer setInterval",
    "timers.ts:15 timer setTimeout",
    "timers.ts:18 timer setTimeout",
    "timers.ts:41 timer setTimeout",
  ],
  "timer-handles.cjs": [
    "timer-handles.cjs:9 shared-state games",
    "timer-handles.cjs:14 timer setTimeout",
    "timer-handles.cjs:25 timer setTimeout",
  ],
  "classes.mjs": [
    "classes-lobby.mjs:4 shared-state Lobby.#waiting",
    "classes.mjs:12 timer setInterval",
    "classes.mjs:15 shared-state Game.players",
    "classes.mjs:19 shared-state Game.turn",
    "classes.mjs:29 socket-state Player.score",
    "classes.mjs:54 shared-state game",
    "classes.mjs:58 timer debounce",
  ],
  "messaging/index.mjs": [
    "messaging/session-store.mjs:11 shared-state MemorySessionStore.sessions",
  ],
  "effects.mjs": [
    "effects-audit.mjs:4 effect log.write",
    "effects.mjs:8 effect db.insert",
    "effects.mjs:9 effect fetch",
    "effects.mjs:10 effect db.increment",
  ],
};

test.each(Object.entries(guilty))(
  "%s has what does not outlive an invocation",
  (file, expected) => {
    expect(check(file)).toEqual(expected);
  },
);

// With the handlers that are seen: silence about what is not seen would prove nothing.
const clean: Record<string, string[]> = {
  "whiteboard.cjs": ["drawing", "connection"],
  "crud/index.ts": ["order:create", "order:read", "connection"],
  "authentication.ts": ["use", "whoami", "forget", "use", "use", "connection"],
  "factory.mjs": ["todo:count", "connection"],
  "counting.ts": ["join", "disconnect", "open", "names", "connection"],
  "resources.ts": ["save", "words", "connection"],
};

test.each(Object.entries(clean))("%s may move as it is", (file, handlers) => {
  expect(check(file)).toEqual([]);
  expect(handlersOf(file)).toEqual(handlers);
});

test("functions that call themselves end, and what they give back is found", () => {
  expect(handlersOf("recursive.mjs")).toEqual(["count", "connection"]);
  expect(check("recursive.mjs")).toHaveLength(1);
});

test("finds servers in fields, from functions and after promises", () => {
  const events = handlersOf("found-server.ts");
  expect(events.filter((event) => event !== "connection").sort()).toEqual([
    "in a field",
    "in a method",
    "late",
    "made",
    "plain",
  ]);
  expect(describeUnfollowed(path.join(fixtures, "found-server.ts"))).toBeUndefined();
});

test("says in one line that it cannot follow an application's server", () => {
  const line = describeUnfollowed(path.join(fixtures, "not-socket-io.ts"));
  expect(line).toMatch(/^\S*not-socket-io\.ts {2}no connection handler[^\n]*$/);
});

test.each(["apps/chat.ts", "test/e2e/app.ts"])("%s may move as it is", (file) => {
  expect(checkClosures(path.join(root, file))).toEqual([]);
  expect(handlersOf(path.join(root, file))).toContain("connection");
});

test("follows the namespace into the function that registers its handlers", () => {
  const events = handlersOf(path.join(root, "apps/chat.ts"));
  expect(events).toEqual(expect.arrayContaining(["joinRoom", "chatMessage"]));
});

test("takes no emitter for a socket", () => {
  // What remains is a function that anything may call.
  expect(check("not-socket-io.ts")).toEqual([
    "not-socket-io.ts:10 shared-state seen",
    "not-socket-io.ts:12 timer setTimeout",
  ]);
  expect(handlersOf("not-socket-io.ts")).toEqual([]);
});

test("says where, what and what to do instead, in one line each", () => {
  const at = "test/checks/fixtures/chat.ts";
  expect(formatFindings(checkClosures(path.join(fixtures, "chat.ts"))).split("\n")).toEqual([
    `${at}:18:7  \`numUsers\` is assigned in the listener for "add user" (also line 25) but each ` +
      "container has its own: keep it in a database table, or ask rooms or fetchSockets()",
    `${at}:19:5  \`addedUser\` is assigned in the listener for "add user" but does not outlive the ` +
      "invocation: keep it in socket.data",
  ]);
});

test("says how the connection handler does something once", () => {
  expect(formatFindings(checkClosures(path.join(fixtures, "effects.mjs")))).toContain(
    "`db.insert` is called in the connection handler, which runs again before every batch of " +
      "events: do it once, inside if (!socket.recovered) { … }",
  );
});

test("a change in several files is told once", () => {
  expect(formatFindings(checkClosures(path.join(fixtures, "cycle.mjs")))).toContain(
    '"clear" (also test/checks/fixtures/cycle.mjs:10) but',
  );
});

test("formats no findings as nothing", () => {
  expect(formatFindings([])).toBe("");
});

test.each(["no-such-file.ts", "apps", "README.md"])("refuses %s", (file) => {
  expect(() => checkClosures(file)).toThrow(`Cannot check: expected a source file, got ${file}`);
});

test("checks of one synth share what they have read, by whatever path, until a file changes", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "shared-"));
  const file = path.join(folder, "server.js");
  const write = (name: string) =>
    writeFileSync(
      file,
      `const io = require("socket.io")(3000); let ${name} = 0; io.on("connection", (socket) => socket.on("a", () => ${name}++));`,
    );
  try {
    write("first");
    const found = checkClosures(file);
    expect(checkClosures(path.relative(process.cwd(), file))).toBe(found);
    expect(readApplication(`${folder}/./server.js`)).toBe(readApplication(file));
    write("second");
    expect([...found, ...checkClosures(file)].map(({ name }) => name)).toEqual(["first", "second"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
