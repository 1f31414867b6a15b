import { io as connect, type Socket } from "socket.io-client";
import { heartbeat } from "../../src/functions/heartbeat";
import { sendSlice } from "../../src/functions/send-slice";
import type { Range } from "../../src/ports";
import { BUILT_IN, createProtocols } from "../../src/protocols";
import { listen } from "../support/clients";
import { RealSockets } from "../support/real-sockets";
import { waitFor } from "../support/wait-for";
import { World } from "../support/world";
import { lines } from "./lines";

/**
 * A protocol that no file of src knows: its client meets a stock client and a JSON client in a room, over real
 * WebSockets, with a new server for each batch.
 */

const protocols = [lines, ...BUILT_IN];
const acks: unknown[] = [];
let sockets: RealSockets;

beforeAll(async () => {
  const world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("join", (room: string) => {
        socket.join(room);
        socket.emit("joined", room);
      });
      socket.on("say", (text: string) => io.to("kitchen").emit("said", text));
      socket.on("ask", async (question: string) => {
        acks.push(...(await io.to("kitchen").timeout(60_000).emitWithAck("question", question)));
      });
    });
  });
  sockets = await RealSockets.start(world, protocols);
});
afterAll(() => sockets.close());

test("clients of three protocols meet in a room", async () => {
  const stock: Socket = connect(sockets.url, { transports: ["websocket"], forceNew: true });
  sockets.add(stock);
  const heardByStock = listen(stock);
  stock.on("question", (question: string, ack: (answer: string) => void) => {
    ack(`stock: ${question}`);
  });
  const json = sockets.json();
  const text = sockets.text("?protocol=lines");

  stock.emit("join", "kitchen");
  expect(await json.next()).toMatchObject({ type: "connect" });
  json.send({ action: "emit", event: "join", args: ["kitchen"] });
  expect(await json.next()).toMatchObject({ event: "joined" });
  await waitFor(() => text.heard.includes("connected"));
  text.socket.send("join kitchen");
  await waitFor(() => text.heard.includes("joined kitchen"));
  await waitFor(() => heardByStock.length === 1);

  // One frame, two commands.
  text.socket.send("say hello from lines\nsay and again");
  await waitFor(() => heardByStock.length === 3);
  expect([await json.next(), await json.next()]).toMatchObject([
    { event: "said", args: ["hello from lines"] },
    { event: "said", args: ["and again"] },
  ]);
  stock.emit("say", "hello from stock");
  expect(await json.next()).toMatchObject({ event: "said", args: ["hello from stock"] });
  json.send({ action: "emit", event: "say", args: ["hello from JSON"] });
  expect(await json.next()).toMatchObject({ event: "said", args: ["hello from JSON"] });

  const said = ["hello from lines", "and again", "hello from stock", "hello from JSON"];
  await waitFor(() => heardByStock.length === 5 && text.heard.length === 6);
  expect(heardByStock).toEqual([["joined", "kitchen"], ...said.map((it) => ["said", it])]);
  expect(text.heard).toEqual(["connected", "joined kitchen", ...said.map((it) => `said ${it}`)]);

  // Each answers by an ack of its own protocol, while the listener that asked waits on its lane.
  text.socket.send("ask what is for dinner");
  const question = await json.next();
  expect(question).toMatchObject({ event: "question", args: ["what is for dinner"] });
  json.send({ action: "ack", ack: question.ack, args: ["json: soup"] });
  await waitFor(() => text.heard.length === 7);
  const [, ackId] = /^question\?(\d+) what is for dinner$/.exec(text.heard[6] ?? "") ?? [];
  text.socket.send(`!${ackId} lines: bread`);
  await waitFor(() => acks.length === 3);
  expect([...acks].sort()).toEqual(["json: soup", "lines: bread", "stock: what is for dinner"]);
});

test("a client of it that does wrong gets an answer in its protocol, and stays", async () => {
  const text = sockets.text("?protocol=lines");
  await waitFor(() => text.heard.length === 1);
  text.socket.send("disconnect me\n???");
  await waitFor(() => text.heard.length === 3);
  text.socket.send("join hall");
  await waitFor(() => text.heard.length === 4);
  expect(text.heard).toEqual([
    "connected",
    "error expected an event, got disconnect me",
    "error expected an event, got ???",
    "joined hall",
  ]);
});

test("a client that it refuses is not let in", async () => {
  const { socket } = sockets.text("?protocol=lines&version=2");
  const reason = new Promise((resolve) => socket.on("close", (_, text) => resolve(String(text))));
  expect(await reason).toBe("Cannot connect: expected version=1, got 2");
});

describe("functions that were given it", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.of((io) => io.on("connection", (socket) => socket.join("kitchen")));
    world.protocols = createProtocols(protocols);
    await world.connect("stock=");
    await world.open("json=", {}, "json");
    await world.open("lines=", {}, "lines");
    for (const id of ["stock=", "json=", "lines="]) world.take(id);
  });
  afterEach(() => world.close());

  const commands = { lost: async () => {}, expired: async () => {}, disconnect: async () => {} };
  const taken = () => ["stock=", "json=", "lines="].map((id) => world.take(id));

  test("ping each client in its protocol", async () => {
    const { delivery, table } = world;
    const ports = { store: table.store, delivery, lanes: commands, now: Date.now };
    await heartbeat({ ...ports, protocols });
    expect(taken()).toEqual([["2"], ['{"type":"ping"}'], ["ping"]]);
  });

  test("that were not given it warn, and ping the others", async () => {
    const warn = jest.spyOn(console, "warn").mockImplementation();
    const { delivery, table } = world;
    await heartbeat({ store: table.store, delivery, lanes: commands, now: Date.now });
    expect(taken()).toEqual([["2"], ['{"type":"ping"}'], []]);
    expect(warn.mock.calls).toEqual([
      [expect.objectContaining({ protocols: ["lines"], connections: 1 })],
    ]);
    warn.mockRestore();
  });

  test("send it slices of large broadcasts", async () => {
    const { delivery, table } = world;
    const { fanOutJobs, sessions } = table;
    const packet = { namespace: "/", room: "kitchen", encoded: ['2["said","hello"]'], hidden: [] };
    await fanOutJobs.keep("x", packet);
    const [range] = fanOutJobs.cut(packet, 3, 10);
    const ports = { fanOutJobs, delivery, sessions, lanes: { gone: async () => {} } };
    const part = { id: "x", part: 0, range: range as Range };
    await sendSlice({ ...ports, protocols: createProtocols(protocols) }, part);
    expect(taken()).toEqual([
      ['42["said","hello"]'],
      ['{"type":"event","namespace":"/","event":"said","args":["hello"]}'],
      ["said hello"],
    ]);
  });
});
