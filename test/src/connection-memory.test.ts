import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startMemory } from "../../src/durable";
import { Application } from "../../src/names";
import { compiledWorld } from "../support/compiled-world";

/** With a lane for each connection, what its handlers hold outlives the container. */

afterEach(() => jest.restoreAllMocks());

describe.each([true, false])("with a fresh container for every batch: %s", (isFresh) => {
  const start = (source: string) => compiledWorld(source, isFresh);

  test("each connection has the variables of its own handler", async () => {
    const world = await start(`io.on("connection", (socket) => {
  let count = 0;
  const seen = new Set();
  socket.on("count", (word) => { count++; seen.add(word); });
  socket.on("read", () => socket.emit("counted", count, [...seen]));
});`);
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "count", "x");
    await world.emit("b=", "count", "y");
    await world.emit("a=", "count", "z");
    await world.emit("a=", "read");
    await world.emit("b=", "read");
    expect(world.events("a=")).toEqual([["counted", 2, ["x", "z"]]]);
    expect(world.events("b=")).toEqual([["counted", 1, ["y"]]]);
  });

  test("listeners that a listener registers are there, until they are used up or removed", async () => {
    const world = await start(`io.on("connection", (socket) => {
  socket.on("start", (name) => {
    let moves = 0;
    const move = () => socket.emit("moved", name, ++moves);
    socket.on("move", move);
    socket.once("first", () => socket.emit("was first", name));
    socket.onAny((event) => { if (event === "any") socket.emit("any", name); });
    socket.use(([event], next) => { if (event !== "forbidden") next(); });
    socket.on("forbidden", () => socket.emit("passed"));
    socket.on("stop", () => socket.off("move", move));
  });
});`);
    await world.connect("a=");
    for (const event of ["start", "move", "move", "first", "first", "any", "forbidden"])
      await world.emit("a=", event, "Ada");
    await world.emit("a=", "stop");
    await world.emit("a=", "move");
    expect(world.events("a=")).toEqual([
      ["moved", "Ada", 1],
      ["moved", "Ada", 2],
      ["was first", "Ada"],
      ["any", "Ada"],
    ]);
  });

  test("the connection handler runs once", async () => {
    const world = await start(`io.on("connection", (socket) => {
  const runs = process.env.HANDLER_RUNS = String(Number(process.env.HANDLER_RUNS ?? 0) + 1);
  let n = Number(runs) * 0;
  socket.on("a", () => n++);
});`);
    delete process.env.HANDLER_RUNS;
    await world.connect("a=");
    await world.emit("a=", "a");
    await world.emit("a=", "a");
    const { HANDLER_RUNS } = process.env;
    delete process.env.HANDLER_RUNS;
    expect(HANDLER_RUNS).toBe("1");
  });

  test("an ack that is kept is called by a later event", async () => {
    const world = await start(`io.on("connection", (socket) => {
  const waiting = new Map();
  socket.on("ask", (id, ack) => waiting.set(id, ack));
  socket.on("answer", (id, text) => { waiting.get(id)(text); waiting.delete(id); });
});`);
    await world.connect("a=");
    await world.frames("a=", '427["ask","q"]');
    world.take("a=");
    await world.emit("a=", "answer", "q", "later");
    expect(world.take("a=")).toEqual(['437["later"]']);
  });

  test("the sockets of a connection have what they had, each in its namespace", async () => {
    const world = await start(`for (const name of ["/", "/chat"]) {
  io.of(name).on("connection", (socket) => {
    let n = 0;
    const own = { name };
    socket.data.own = own;
    socket.last = own;
    socket.on("add", () => { n++; own.n = n; });
    socket.on("read", () => socket.emit("n", n, socket.data.own === own, socket.last === own, own.n));
  });
}`);
    await world.connect("a=");
    await world.join("a=", "/chat");
    await world.frames("a=", '42["add"]', '42/chat,["add"]', '42/chat,["add"]');
    await world.frames("a=", '42["read"]', '42/chat,["read"]');
    expect(world.take("a=").slice(-2)).toEqual([
      '42["n",1,true,true,1]',
      '42/chat,["n",2,true,true,2]',
    ]);
    await world.frames("a=", "41/chat,");
    await world.emit("a=", "read");
    expect(world.take("a=").slice(-1)).toEqual(['42["n",1,true,true,1]']);
  });

  test("the end of a connection finds its variables", async () => {
    const world = await start(`io.on("connection", (socket) => {
  let name = "unnamed";
  socket.on("name", (given) => { name = given; });
  socket.on("disconnect", () => io.emit("left", name));
});`);
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "name", "Ada");
    await world.end("a=");
    expect(world.events("b=")).toEqual([["left", "Ada"]]);
  });

  test("a client that comes back begins anew", async () => {
    const world = await start(`io.on("connection", (socket) => {
  let n = 0;
  socket.on("add", () => socket.emit("n", ++n));
});`);
    await world.connect("a=");
    await world.emit("a=", "add");
    await world.end("a=");
    await world.connect("b=");
    await world.emit("b=", "add");
    expect(world.events("b=")).toEqual([["n", 1]]);
  });

  test("so does one whose session is recovered, as its handler runs again", async () => {
    const source = `io.on("connection", (socket) => {
  let n = 0;
  socket.data.total ??= 0;
  socket.on("add", () => socket.emit("n", ++n, ++socket.data.total, socket.recovered));
});`;
    const world = await compiledWorld(source, isFresh, { connectionStateRecovery: {} });
    const sid = await world.connect("a=");
    const [, pid] = /"pid":"([^"]+)"/.exec(world.take("a=").join()) ?? [];
    await world.emit("a=", "add");
    const [offset] = JSON.parse(world.take("a=").join().replace(/^42/, "")).slice(-1);
    await world.end("a=");
    expect(await world.connect("b=", "/", { pid, offset })).toBe(sid);
    await world.emit("b=", "add");
    expect(world.events("b=").map((event) => (event as unknown[]).slice(0, 4))).toEqual([
      ["n", 1, 2, true],
    ]);
  });

  test("what a failed event has changed is left out, and what went before it is kept", async () => {
    jest.spyOn(console, "error").mockImplementation();
    const world = await start(`io.on("connection", (socket) => {
  let n = 0;
  const log = [];
  socket.on("add", (word) => { n++; log.push(word); socket.emit("n", n, log.join()); });
});`);
    await world.connect("a=");
    let isBroken = true;
    world.beforeSend = async (_, text) => {
      if (isBroken && text.includes("one,two")) throw new Error("The gateway is away");
    };
    expect(await world.frames("a=", '42["add","one"]', '42["add","two"]')).toBe(1);
    isBroken = false;
    await world.again("a=", '42["add","two"]');
    expect(world.events("a=")).toEqual([
      ["n", 1, "one"],
      ["n", 2, "one,two"],
    ]);
  });
});

test("a variable that holds what loading has made refers to it, and puts nothing back", async () => {
  const world = await compiledWorld(
    `const shared = { n: 0 }, list = [shared];
io.on("connection", (socket) => {
  let mine;
  socket.on("take", () => { mine = { shared, list }; });
  socket.on("add", () => { mine.shared.n++; });
  socket.on("read", () => socket.emit("n", mine.shared.n, mine.shared === shared, mine.list === list));
});`,
    false,
  );
  await world.connect("a=");
  await world.connect("b=");
  await world.emit("a=", "take");
  await world.emit("b=", "take");
  await world.emit("a=", "add");
  await world.emit("b=", "read");
  expect(world.events("b=")).toEqual([["n", 1, true, true]]);
});

test("variables of a function that loading has called belong to the application", async () => {
  const world = await compiledWorld(
    `function main() {
  let all = 0;
  io.on("connection", (socket) => {
    let own = 0;
    socket.on("add", () => { own++; all++; socket.emit("n", own, all); });
  });
}
main();`,
    false,
  );
  await world.connect("a=");
  await world.connect("b=");
  await world.emit("a=", "add");
  await world.emit("b=", "add");
  await world.emit("a=", "add");
  expect(world.events("a=")).toEqual([
    ["n", 1, 1],
    ["n", 2, 3],
  ]);
});

test("a socket of another connection is not kept, and named", async () => {
  const warn = jest.spyOn(console, "warn").mockImplementation();
  const world = await compiledWorld(
    `const all = [];
io.on("connection", (socket) => {
  all.push(socket);
  let friend = "none";
  socket.on("pick", () => { friend = all[0]; });
  socket.on("read", () => socket.emit("friend", friend === undefined));
});`,
    false,
  );
  await world.connect("a=");
  await world.connect("b=");
  await world.emit("b=", "pick");
  await world.emit("b=", "read");
  expect(world.events("b=")).toEqual([["friend", true]]);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(JSON.stringify(warn.mock.calls)).toMatch(/friend cannot be kept.*another connection/);
});

test("a client is cut off before an ack if its handlers hold too much", async () => {
  const warn = jest.spyOn(console, "warn").mockImplementation();
  const world = await compiledWorld(`io.on("connection", (socket) => {
  let text = "";
  socket.on("grow", (n, ack) => { text += "x".repeat(n); ack("kept"); });
});`);
  world.limits = { stateBytes: 5000 };
  await world.connect("a=");
  await world.frames("a=", '421["grow",1000]');
  expect(world.take("a=").at(-1)).toBe('431["kept"]');
  await world.frames("a=", '422["grow",9000]');
  expect(world.take("a=").join()).not.toContain("432");
  expect(world.gone).toContain("a=");
  expect(JSON.stringify(warn.mock.calls)).toMatch(
    /Expected at most 5000 bytes .* variables of its handlers\), got 1\d{4}/,
  );
});

test("a connection that a version without a memory has stored has its handler run again, once", async () => {
  const world = await compiledWorld(`io.on("connection", (socket) => {
  let n = 0;
  socket.on("add", () => socket.emit("n", ++n, socket.name));
  socket.name = "Ada";
});`);
  world.startMemory = undefined;
  Reflect.deleteProperty(globalThis, Symbol.for(Application.memory));
  await world.connect("a=");
  await world.emit("a=", "add");
  world.startMemory = startMemory;
  for (let n = 0; n < 2; n++) await world.emit("a=", "add");
  expect(world.events("a=")).toEqual([
    ["n", 1, "Ada"],
    ["n", 1, "Ada"],
    ["n", 2, "Ada"],
  ]);
});

test("what JSON says of `socket.data` is kept in any case", async () => {
  jest.spyOn(console, "warn").mockImplementation();
  const world = await compiledWorld(`const { Agent } = require("node:http");
io.on("connection", (socket) => {
  let n = 0;
  socket.on("set", () => { n++; socket.data.user = Object.assign(new Agent(), { name: "Ada" }); });
  socket.on("read", () => socket.emit("user", socket.data.user?.name, n));
});`);
  await world.connect("a=");
  await world.emit("a=", "set");
  await world.emit("a=", "read");
  await world.emit("a=", "read");
  expect(world.events("a=")).toEqual([
    ["user", "Ada", 1],
    ["user", "Ada", 1],
  ]);
});

test("connections that a container serves at the same time do not mix", async () => {
  const world = await compiledWorld(
    `io.on("connection", (socket) => {
  let text = "";
  const fns = [];
  socket.on("add", async (part) => {
    const before = text;
    await new Promise((resolve) => setImmediate(resolve));
    text = before + part;
    const mine = () => text;
    mine.of = part;
    fns.push(mine);
  });
  socket.on("read", () => socket.emit("text", text, fns.map((fn) => fn.of + fn())));
});`,
    false,
  );
  const ids = ["a=", "b=", "c="];
  await Promise.all(ids.map((id) => world.connect(id)));
  for (const n of [1, 2]) await Promise.all(ids.map((id) => world.emit(id, "add", id + n)));
  await Promise.all(ids.map((id) => world.emit(id, "read")));
  for (const id of ids) {
    const all = `${id}1${id}2`;
    expect(world.events(id)).toEqual([["text", all, [`${id}1${all}`, `${id}2${all}`]]]);
  }
});

test("a container keeps nothing of connections that it has served", async () => {
  const world = await compiledWorld(
    `io.on("connection", (socket) => {
  const held = { id: socket.id };
  globalThis.held.push(new WeakRef(held), new WeakRef(socket));
  socket.on("on", () => socket.on("again", () => socket.emit("held", held.id)));
});`,
    false,
  );
  const held: WeakRef<object>[] = [];
  Object.assign(globalThis, { held });
  await world.connect("a=");
  await world.emit("a=", "on");
  await world.emit("a=", "again");
  await world.end("a=");
  await collected(held);
  Reflect.deleteProperty(globalThis, "held");
  expect(held).toHaveLength(2);
});

/** Waits until the garbage collector has taken what is referred to. */
async function collected(refs: readonly WeakRef<object>[]): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  while (refs.some((ref) => ref.deref() !== undefined)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    collect();
  }
}
