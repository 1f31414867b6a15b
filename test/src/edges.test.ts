import { heartbeat } from "../../src/functions/heartbeat";
import { admit, type ConnectEvent } from "../../src/gateway/handshake";
import { type Consumer, handleBatch, handleFrame } from "../../src/lanes/consume";
import type { LaneEvent } from "../../src/lanes/events";
import type { ConnectionRecord, Delivery, Outcome, SocketAddress } from "../../src/ports";
import {
  decodeEngineFrame,
  encodeEngineFrames,
  HEARTBEAT,
} from "../../src/protocols/socket-io/engine-io";

beforeEach(() => {
  jest.spyOn(console, "error").mockImplementation();
});

describe("$connect", () => {
  const event = (query?: Record<string, string>): ConnectEvent => ({
    headers: { Host: "x", Cookie: "c=1", "Sec-WebSocket-Key": "k", "X-Forwarded-For": "1.2.3.4" },
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      connectionId: "a=",
      connectedAt: 7,
      stage: "prod",
      identity: { sourceIp: "1.2.3.4" },
    },
  });

  test("a plain WebSocket speaks JSON, Engine.IO parameters mean Socket.IO", () => {
    expect(admit(event())).toMatchObject({ ok: true, connection: { protocol: "json" } });
    const query = { EIO: "4", transport: "websocket", token: "t" };
    expect(admit(event(query))).toEqual({
      ok: true,
      connection: {
        id: "a=",
        protocol: "socket.io",
        connectedAt: 7,
        sockets: new Map(),
        handshake: {
          headers: { host: "x", cookie: "c=1", "x-forwarded-for": "1.2.3.4" },
          query,
          address: "1.2.3.4",
          url: "/prod/?EIO=4&transport=websocket&token=t",
        },
      },
    });
  });

  test.each([
    [{ EIO: "3", transport: "websocket" }, "expected EIO=4, got 3"],
    [{ transport: "websocket" }, "expected EIO=4, got nothing"],
    [{ EIO: "4", transport: "polling" }, "expected transport=websocket, got polling"],
    [{ namespace: "chat" }, 'got "chat"'],
    [{ namespace: "/a,b" }, 'got "/a,b"'],
  ])("%j is refused: %s", (query, message) => {
    const admission = admit(event(query as unknown as Record<string, string>));
    expect(admission).toMatchObject({ ok: false, statusCode: 400 });
    expect(admission).toHaveProperty("message", expect.stringContaining(message));
  });
});

test("a request of which more would be kept than may be is refused", () => {
  const event = (token: string): ConnectEvent => ({
    headers: { Host: "x" },
    queryStringParameters: { token },
    requestContext: { connectionId: "a=", connectedAt: 7, stage: "prod" },
  });
  const mostBytes = 200;
  expect(admit(event("x".repeat(50)), { mostBytes }).ok).toBe(true);
  expect(admit(event("x".repeat(100)), { mostBytes })).toEqual({
    ok: false,
    statusCode: 431,
    message: "Cannot connect: expected at most 200 bytes of headers and query, got 280",
  });
});

describe("an Origin header", () => {
  const event = (headers: Record<string, string>) => ({
    headers,
    requestContext: { connectionId: "a=", connectedAt: 7, stage: "prod" },
  });
  const isAllowed = (origin: string) => origin === "https://a.example";

  test("that is not allowed is refused, in whatever case its name comes", () => {
    for (const name of ["Origin", "origin"]) {
      expect(admit(event({ [name]: "https://evil.example" }), { isAllowed })).toEqual({
        ok: false,
        statusCode: 403,
        message: 'Cannot connect: expected one of the allowed origins, got "https://evil.example"',
      });
    }
  });

  test("that is allowed or absent lets a client in", () => {
    expect(admit(event({ Origin: "https://a.example" }), { isAllowed }).ok).toBe(true);
    expect(admit(event({}), { isAllowed }).ok).toBe(true);
  });
});

describe("a batch of lane events", () => {
  const frame = (connectionId: string, n: number) => ({
    messageId: `${connectionId}${n}`,
    body: JSON.stringify({ type: "frame", connectionId, requestId: `${n}`, at: 1, body: "eA==" }),
  });

  const consumer = (handle: (id: string, events: readonly LaneEvent[]) => number) => {
    const calls: [string, string[]][] = [];
    const it: Consumer = {
      handle: async (id, events) => {
        calls.push([id, events.map((event) => ("requestId" in event ? event.requestId : ""))]);
        return handle(id, events);
      },
    };
    return { it, calls };
  };

  test("is handled connection by connection, each in order", async () => {
    const { it, calls } = consumer((_, events) => events.length);
    const records = [frame("a", 1), frame("b", 1), frame("a", 2), frame("b", 2)];
    expect(await handleBatch(it, records, Date.now())).toEqual({ batchItemFailures: [] });
    expect(calls).toEqual([
      ["a", ["1", "2"]],
      ["b", ["1", "2"]],
    ]);
  });

  test("names what failed and what follows it on the same connection only", async () => {
    const { it } = consumer((id, events) => {
      if (id === "c") throw new Error("the table is away");
      return id === "a" ? 1 : events.length;
    });
    const records = [frame("a", 1), frame("a", 2), frame("b", 1), frame("a", 3), frame("c", 1)];
    const { batchItemFailures } = await handleBatch(it, records, Date.now());
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      "a2",
      "a3",
      "c1",
    ]);
  });

  test("gives back what it cannot read and handles the rest", async () => {
    const { it, calls } = consumer((_, events) => events.length);
    const records = [{ messageId: "x", body: "{}" }, { messageId: "y", body: "?" }, frame("a", 1)];
    const { batchItemFailures } = await handleBatch(it, records, Date.now());
    expect(batchItemFailures).toEqual([{ itemIdentifier: "x" }, { itemIdentifier: "y" }]);
    expect(calls).toHaveLength(1);
  });

  test.each([
    ["long before API Gateway gives it up", 60_000, 22_000],
    ["before the function's own timeout", 10_000, 5000],
  ])("without a lane a frame's handlers are waited for until %s", async (_, timeout, wait) => {
    const clock = jest.spyOn(Date, "now").mockReturnValue(1_000_000);
    const limits: number[] = [];
    const handle = async (_id: string, _events: readonly LaneEvent[], until: number) =>
      limits.push(until);
    const requestContext = { connectionId: "a", requestId: "r", requestTimeEpoch: 1 };
    await handleFrame({ handle }, { body: "4x", requestContext }, 1_000_000 + timeout);
    clock.mockRestore();
    expect(limits).toEqual([1_000_000 + wait]);
  });

  test("without a lane a frame never fails, and a pong is not even handled", async () => {
    const { it, calls } = consumer(() => {
      throw new Error("the table is away");
    });
    const requestContext = { connectionId: "a", requestId: "r", requestTimeEpoch: 1 };
    const answers = [
      await handleFrame(it, { body: "é", requestContext }, Date.now()),
      await handleFrame(it, { body: "3", requestContext }, Date.now()),
    ];
    expect(answers).toEqual([{ statusCode: 200 }, { statusCode: 200 }]);
    expect(calls).toHaveLength(1);
  });
});

describe("the heartbeat", () => {
  test("pings the living in their protocol and ends the gone, the over-aged, the expired and those who never joined", async () => {
    const now = 100_000_000;
    const record = (
      id: string,
      protocol: "json" | "socket.io",
      ageMs: number,
      joined = true,
      exp?: number,
    ) =>
      ({
        id,
        protocol,
        connectedAt: now - ageMs,
        sockets: new Map(
          joined ? [["/", { id: `socket-${id}`, state: { data: { claims: { exp } } } }]] : [],
        ),
      }) as unknown as ConnectionRecord;
    async function* connections() {
      yield [record("a", "socket.io", 70_000), record("b", "json", 7_200_000, true, now / 1000)];
      yield [record("c", "socket.io", 61_000), record("old", "json", 7_600_000)];
      yield [record("idler", "socket.io", 50_000, false), record("new", "socket.io", 9, false)];
      yield [record("quiet", "json", 50_000, false), record("fresh", "json", 9, false)];
    }
    const posts: string[] = [];
    const delivery = {
      send: async (id: string, [frame]: { bytes: Uint8Array }[]): Promise<Outcome> => {
        posts.push(`${id} ${Buffer.from(frame?.bytes ?? "")}`);
        return id === "c" ? "gone" : "delivered";
      },
    } as unknown as Delivery;
    const expired: string[] = [];
    const lost: string[] = [];
    const expiredSockets: SocketAddress[] = [];
    const lanes = {
      lost: async (ids: readonly string[]) => void lost.push(...ids),
      expired: async (ids: readonly string[]) => void expired.push(...ids),
      disconnect: async (sockets: readonly SocketAddress[]) => void expiredSockets.push(...sockets),
    };
    const report = await heartbeat({
      store: { connections },
      delivery,
      lanes,
      now: () => now,
    });
    expect(posts.sort()).toEqual([
      ...["a 2", 'b {"type":"ping"}', "c 2"],
      // "quiet" is in no namespace: nothing keeps it from API Gateway's limit of idle time.
      ...['fresh {"type":"ping"}', "new 2"],
    ]);
    expect(lost).toEqual(["c"]);
    expect(expired.sort()).toEqual(["idler", "old"]);
    expect(expiredSockets).toEqual([
      { namespace: "/", socketId: "socket-b", connectionId: "b", protocol: "json" },
    ]);
    expect(report).toEqual({ pinged: 4, gone: 1, expired: 2 });
  });

  test("is promised with room to spare", () => {
    const scheduleMs = 8 * 60_000;
    expect(HEARTBEAT.intervalMs).toBeGreaterThan(scheduleMs);
    expect(scheduleMs).toBeLessThan(600_000);
  });
});

describe("Engine.IO frames", () => {
  test.each([
    ["42x", { type: "message", data: "2x" }],
    ["4", { type: "message", data: undefined }],
    ["baGk=", { type: "message", data: Buffer.from("hi") }],
    ["3", { type: "ignored" }],
    ["2", { type: "violation", reason: "transport error" }],
    ["", { type: "violation", reason: "parse error" }],
    ['{"message": "Forbidden"}', { type: "violation", reason: "parse error" }],
  ])("%j is read", (frame, meaning) => {
    expect(decodeEngineFrame(frame)).toEqual(meaning);
  });

  test("attachments become text frames right after their packet", () => {
    expect(encodeEngineFrames(["51-x", Buffer.from("hi")])).toEqual(["451-x", "baGk="]);
  });
});
