import { assembly, TestStack } from "../support/clients";
import { RawSocket, refusalOf } from "./support/raw-socket";

/**
 * What the published conformance suites of both protocols ask of a WebSocket server, against the
 * local stack. The differences to them, each shown below:
 * - they expect the reference server's `maxPayload` and a heartbeat of 300 and 200 ms: here a schedule
 *   pings, and a client that does not answer is noticed by the first post that fails;
 * - raw binary frames: API Gateway closes with 1003, so attachments are `b` and base64 both ways;
 * - a close after Engine.IO packet `1`: ignored, as the reference server ignores it until its ping
 *   times out;
 * - a close if no CONNECT comes: the heartbeat does it, after 45 s at least (`test/src/edges.test.ts`);
 * - Engine.IO's suite has an echo server of its own; Socket.IO events stand in for its messages.
 */

let test_: TestStack;
const open: RawSocket[] = [];

beforeAll(async () => {
  const timings = { upgradeDelayMs: 5, settleMs: 15 };
  test_ = await TestStack.start(assembly(), { timings });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(() => test_.close());

const url = (query: string) => test_.stack.webSocketUrl + query;

/** A WebSocket whose open packet has been read. */
async function engine(): Promise<{ socket: RawSocket; opened: string }> {
  const socket = new RawSocket(url("?EIO=4&transport=websocket"));
  open.push(socket);
  return { socket, opened: await socket.next() };
}

/** A WebSocket that has joined the main namespace and been welcomed. */
async function connected(): Promise<RawSocket> {
  const { socket } = await engine();
  socket.send("40");
  await socket.take(2);
  return socket;
}

async function expectAlive(socket: RawSocket): Promise<void> {
  socket.send('429["echo","alive"]');
  expect(await socket.next()).toBe('439["alive"]');
}

const header = (type: string, name: string) =>
  `4${type}["${name}",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`;
const attachments = ["bAQID", "bBAUG"];

describe("Engine.IO handshake", () => {
  test("opens a session with all five fields", async () => {
    const { opened } = await engine();
    expect(opened[0]).toBe("0");
    const fields = JSON.parse(opened.slice(1));
    expect(fields).toEqual({
      sid: expect.any(String),
      upgrades: [],
      pingInterval: 540_000,
      pingTimeout: 240_000,
      maxPayload: 131_072,
    });
  });

  test.each(["?transport=websocket", "?EIO=abc&transport=websocket"])(
    "refuses an invalid EIO (%s)",
    async (query) => {
      expect(await refusalOf(url(query))).toBe(400);
    },
  );

  test.each(["?EIO=4", "?EIO=4&transport=abc"])(
    "refuses an invalid transport (%s)",
    async (query) => {
      expect(await refusalOf(url(query))).toBe(400);
    },
  );
});

describe("Engine.IO messages", () => {
  test("plain text goes both ways", async () => {
    const socket = await connected();
    socket.send('420["echo","hello"]');
    expect(await socket.next()).toBe('430["hello"]');
  });

  test("a raw binary frame closes with 1003, the platform's limit", async () => {
    const socket = await connected();
    socket.send(Uint8Array.from([1, 2, 3, 4]));
    expect(await socket.closed()).toBe(1003);
  });

  test("an invalid packet closes", async () => {
    const { socket } = await engine();
    socket.send("abc");
    await socket.closed();
  });
});

describe("Engine.IO heartbeat and close", () => {
  test("pings come and are answered, time and again", async () => {
    const socket = await connected();
    for (let round = 0; round < 3; round++) {
      await test_.stack.runSchedules();
      expect(await socket.next()).toBe("2");
      socket.send("3");
    }
    await expectAlive(socket);
  });

  test("a ping without an answer does not close by itself", async () => {
    const socket = await connected();
    for (let round = 0; round < 2; round++) await test_.stack.runSchedules();
    expect(await socket.take(2)).toEqual(["2", "2"]);
    await expectAlive(socket);
  });

  test("a close packet is ignored, as by the reference server", async () => {
    const socket = await connected();
    socket.send("1");
    await expectAlive(socket);
  });
});

describe("Socket.IO connect", () => {
  test.each([
    ["the main namespace", "", ""],
    ["the main namespace with a payload", "", '{"token":"123"}'],
    ["a custom namespace", "/chat,", ""],
    ["a custom namespace with a payload", "/chat,", '{"token":"abc"}'],
  ])("%s", async (_, namespace, payload) => {
    const { socket } = await engine();
    socket.send(`40${namespace}${payload}`);
    const reply = await socket.next();
    expect(reply.startsWith(`40${namespace}{`)).toBe(true);
    const fields = JSON.parse(reply.slice(2 + namespace.length));
    expect(fields).toEqual({ sid: expect.stringMatching(/^[\w-]{20}$/) });
    expect(await socket.next()).toBe(`42${namespace}["welcome"]`);
    socket.send(`42${namespace}0["auth"]`);
    expect(await socket.next()).toBe(`43${namespace}0[${payload || "{}"}]`);
  });

  test("an unknown namespace is refused", async () => {
    const { socket } = await engine();
    socket.send("40/random");
    expect(await socket.next()).toBe('44/random,{"message":"Invalid namespace"}');
  });

  test("an invalid handshake closes", async () => {
    const { socket } = await engine();
    socket.send("4abc");
    await socket.closed();
  });

  test("no handshake at all does not close yet", async () => {
    const { socket } = await engine();
    await test_.stack.runSchedules();
    expect(await socket.next()).toBe("2");
  });
});

describe("Socket.IO disconnect", () => {
  test("leaves the main namespace and keeps the connection", async () => {
    const socket = await connected();
    socket.send("41");
    await test_.stack.runSchedules();
    expect(await socket.next()).toBe("2");
  });

  test("leaves a custom namespace and stays in the main one", async () => {
    const socket = await connected();
    socket.send("40/chat");
    await socket.take(2);
    socket.send("41/chat", '420["echo","to the main namespace"]');
    expect(await socket.next()).toBe('430["to the main namespace"]');
  });
});

describe("Socket.IO messages", () => {
  const request = { via: "self", event: "back", args: [1, "2", { 3: [true] }] };

  test("plain text", async () => {
    const socket = await connected();
    socket.send(`42${JSON.stringify(["emit", request])}`);
    expect(await socket.next()).toBe('42["back",1,"2",{"3":[true]}]');
  });

  test("with attachments, as base64", async () => {
    const socket = await connected();
    socket.send(header("52-", "bytes"), ...attachments);
    expect(await socket.take(3)).toEqual([header("52-", "bytes back"), ...attachments]);
  });

  test("plain text with an ack", async () => {
    const socket = await connected();
    socket.send('42456["echo",1,"2",{"3":[false]}]');
    expect(await socket.next()).toBe('43456[1,"2",{"3":[false]}]');
  });

  test("with attachments and an ack, as base64", async () => {
    const socket = await connected();
    socket.send(header("52-789", "echo"), ...attachments);
    const placeholders = '[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]';
    expect(await socket.take(3)).toEqual([`462-789${placeholders}`, ...attachments]);
  });

  test.each([
    ["an unknown packet type", "4abc"],
    ["an invalid payload", "42{}"],
    ["an invalid ack id", '42abc["echo",1]'],
  ])("%s closes", async (_, frame) => {
    const socket = await connected();
    socket.send(frame);
    await socket.closed();
  });
});
