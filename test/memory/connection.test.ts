import { EventEmitter } from "node:events";
import fc from "fast-check";
import { chooseOrdering } from "../../checks/ordering";
import { startMemory } from "../../src/durable";
import { Application } from "../../src/names";
import type { Memory, MemoryReference } from "../../src/ports";
import { built, entryOf, play, steps } from "./plays";
import { compiled } from "./small";
import { vocabulary } from "./vocabulary";

/** In the mode "connection" a container keeps the variables and timers of each connection apart. */

interface Container {
  readonly memory: Memory;
  readonly sockets: Map<string, EventEmitter>;
  owner: string | undefined;
  enter(id: string, isNew: boolean): EventEmitter;
}

function start(code: string, now: () => number): Container {
  const io = new EventEmitter();
  const names = new Map<object, string>([[io, "io"]]);
  const sockets = new Map<string, EventEmitter>();
  const memory = startMemory({
    referenceTo: (value) => names.get(value),
    resolve: (reference) => (reference === "io" ? io : sockets.get(reference)),
    now,
    begin: () => () => undefined,
    lost: ({ path, reason }) => {
      throw new Error(`${path}: ${reason}`);
    },
    owner: () => container.owner,
  });
  Object.assign(globalThis, { [Symbol.for(Application.hosted)]: { "socket.io": () => io } });
  const module = { exports: {} };
  new Function("module", "exports", "__dirname", code)(module, module.exports, "/app");
  memory.loaded();
  const container: Container = {
    ...{ memory, sockets, owner: undefined },
    enter(id, isNew) {
      const socket = new EventEmitter();
      sockets.set(id, socket);
      names.set(socket, id);
      memory.enter(id, socket);
      if (isNew) for (const handler of io.listeners("connection")) handler(socket);
      return socket;
    },
  };
  return container;
}

const SOURCE = `const seen = [];
io.on("connection", (socket) => {
  let count = 0;
  socket.on("count", () => {
    seen.push(++count);
    setTimeout(() => { count += 100; socket.reached = count; }, 500);
    socket.once("again", () => { count += 10; });
  });
  socket.on("read", (ack) => ack(count));
});`;

const extent = (id: MemoryReference) => ({ connection: id, sockets: [id] });

test("each connection finds its own variables, listeners and timers in another container", () => {
  const code = compiled(SOURCE);
  let now = 0;
  const first = start(code, () => now);
  const stored = new Map<string, ReadonlyMap<string, string>>();
  for (const id of ["a", "b"]) {
    const socket = first.enter(id, true);
    first.owner = id;
    for (let n = 0; n < (id === "a" ? 1 : 3); n++) socket.emit("count");
    const { set, removed } = first.memory.changes(extent(id));
    expect(removed).toEqual([]);
    expect([...set.keys()].filter((key) => key.startsWith("v:"))).toEqual([]);
    expect([...set.keys()].filter((key) => key.startsWith("t:"))).toHaveLength(id === "a" ? 1 : 3);
    stored.set(id, set);
    first.memory.stored(extent(id));
    expect(first.memory.changes(extent(id)).set.size).toBe(0);
  }

  const second = start(code, () => now);
  const socket = second.enter("b", false);
  second.memory.restore(stored.get("b") as ReadonlyMap<string, string>, extent("b"));
  const read = (one: EventEmitter) => {
    let got: unknown;
    one.emit("read", (value: unknown) => {
      got = value;
    });
    return got;
  };
  expect(read(socket)).toBe(3);
  socket.emit("again");
  expect(read(socket)).toBe(33);
  now = 1000;
  for (let due = second.memory.takeDue(now); due; due = second.memory.takeDue(now)) {
    expect(due.owner).toBe("b");
    due.fire();
  }
  expect(read(socket)).toBe(333);
  const { removed } = second.memory.changes(extent("b"));
  expect(removed.filter((id) => id.startsWith("t:"))).toHaveLength(3);

  const other = second.enter("a", false);
  second.memory.restore(stored.get("a") as ReadonlyMap<string, string>, extent("a"));
  expect([read(other), read(socket)]).toEqual([1, 333]);
});

/** How many programs each application plays. */
const RUNS = Number(process.env.MEMORY_RUNS ?? 15);
const own = Object.keys(vocabulary).filter((name) => chooseOrdering(entryOf(name)).isOfConnections);

test("auto finds the applications whose memory belongs to their connections", () => {
  expect(own).toEqual(["names", "documents"]);
});

// Of `cart` it is in doubt: its functions come out of a factory.
describe.each([...own, "cart"])("%s", (name) => {
  test.each([true, false])(
    "does as in one process where each connection keeps its own (fresh containers: %s)",
    async (isFresh) => {
      const { plain, compiled, words } = built(name);
      await fc.assert(
        fc.asyncProperty(steps(), async (program) => {
          const there = await play(plain, words, program, undefined);
          const here = await play(compiled, words, program, () => isFresh, true);
          expect(here.lost).toEqual([]);
          expect(here.outside.heard).toEqual(there.outside.heard);
        }),
        { numRuns: RUNS },
      );
    },
  );
});
