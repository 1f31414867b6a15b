import { createServer } from "node:http";
import type { Server, ServerOptions } from "socket.io";
import * as defaultParser from "socket.io-parser";
import * as singleFrame from "../../parser";
import { VirtualEngine } from "../../src/socketio/virtual-engine";
import { World } from "../support/world";

let world: World | undefined;
afterEach(() => world?.close());

/** Hosts an application for one connection. */
async function host(setup: (io: Server) => void, options: Partial<ServerOptions> = {}) {
  // A test may host several, one after the other.
  await world?.close();
  world = await World.of(setup, options);
  await world.connect("a");
}

const nothing = () => undefined;
class CheckingDecoder extends defaultParser.Decoder {}

test.each<[string, object]>([
  ["allowRequest", { allowRequest: nothing }],
  ["cors", { cors: nothing }],
  ["cors", { cors: { origin: nothing } }],
  ["transports", { transports: ["polling"] }],
  ["wsEngine", { wsEngine: class {} }],
  ["parser", { parser: { ...defaultParser, Decoder: CheckingDecoder } }],
])("refuses an application with the option %s", async (name, options) => {
  await expect(host(nothing, options)).rejects.toThrow(
    new RegExp(
      `^Cannot run the application: \`${name}\` (would be ignored|cannot run here).*\n +Instead: `,
    ),
  );
});

test.each<object>([
  { parser: singleFrame },
  { parser: defaultParser },
  { cors: { origin: "https://example.com" }, transports: ["websocket"], allowRequest: undefined },
])("runs an application with %o", async (options) => {
  await expect(host(nothing, options)).resolves.toBeUndefined();
});

test("refuses options and middlewares of the engine that the application has attached", async () => {
  const attach = (change: (io: Server) => void) =>
    host((io) => {
      io.attach(createServer(), {});
      change(io);
    });
  await expect(attach((io) => io.engine.use(nothing))).rejects.toThrow("`io.engine.use`");
  await expect(attach((io) => (io.engine.opts.allowRequest = nothing))).rejects.toThrow(
    "`allowRequest`",
  );
  await expect(attach(nothing)).resolves.toBeUndefined();
});

test("the engine of a hosted server refuses what would keep clients out", () => {
  const engine = new VirtualEngine() as VirtualEngine & { generateId?: () => string };
  expect(() => engine.use(nothing)).toThrow(
    /`io\.engine\.use` would be ignored.*\n +Instead: .*io\.use/,
  );
  expect(() => engine.on("connection", nothing)).toThrow('`io.engine.on("connection")`');
  expect(() => {
    engine.generateId = () => "mine";
  }).toThrow("`io.engine.generateId`");
  expect(() => engine.on("connection_error", nothing)).not.toThrow();
});

test("the listener of @socket.io/admin-ui, which counts packets, is no lock", () => {
  const io = { _eventBuffer: { push: (_: string) => undefined } };
  const engine = new VirtualEngine();
  expect(() => engine.on("connection", () => io._eventBuffer.push("rawConnection"))).not.toThrow();
});

describe("maxHttpBufferSize", () => {
  const setup = (io: Server) =>
    void io.on("connection", (socket) => {
      socket.on("say", () => socket.emit("heard"));
      socket.on("disconnect", (reason) => io.emit("left", reason));
    });
  const sized = (length: number) => `42["say","${"x".repeat(length - '42["say",""]'.length)}"]`;

  test("closes the connection of a client that sends a larger frame, as the reference does", async () => {
    world = await World.of(setup, { maxHttpBufferSize: 100 });
    await world.connect("a");
    await world.connect("b");
    world.take("a");
    await world.frames("a", sized(100));
    expect(world.events("a")).toEqual([["heard"]]);
    await world.frames("a", sized(101));
    expect(world.gone.has("a")).toBe(true);
    expect(world.events("b")).toEqual([["left", "transport error"]]);
  });
});
