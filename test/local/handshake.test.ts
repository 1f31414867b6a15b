import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonObject } from "../../local/json";
import { waitFor } from "../support/wait-for";
import { connect, cutClients } from "./support/client";
import { mirrorSource, postSource, printSource } from "./support/functions";
import { Marks } from "./support/marks";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

const marks = new Marks();

/** Answers as the query says, after posting to its own connection. */
const connectSource = `${postSource}${marks.source}
exports.handler = async (event) => {
  console.log(JSON.stringify(event));
  const { throws, status, mark: name, protocol } = event.queryStringParameters ?? {};
  if (throws) throw new Error(throws);
  const posted = await post(event.requestContext.connectionId, "too early");
  console.log(JSON.stringify({ posted }));
  if (name) {
    await marked(name);
    console.log(JSON.stringify({ returns: name }));
  }
  if (status === "none") return undefined;
  return {
    statusCode: Number(status ?? 200),
    ...(protocol && { headers: { "sec-websocket-protocol": protocol } }),
  };
};`;

let stack: TestStack;

beforeAll(async () => {
  stack = await startStack({
    functions: { Connect: connectSource, Mirror: mirrorSource, Disconnect: printSource },
    resources: webSocketApi({
      $connect: { function: "Connect" },
      $default: { function: "Mirror" },
      $disconnect: { function: "Disconnect" },
    }),
  });
});
afterEach(cutClients);
afterAll(closeStacks);

test.each(["", "/", "?a=1", "/?EIO=4&transport=websocket"])(
  "opens at the stage's path%s",
  async (suffix) => {
    await expect(connect(stack.webSocketUrl + suffix)).resolves.toBeDefined();
  },
);

test.each(["/more", "/socket.io/", "x", "//"])(
  "refuses a path that goes on with %s",
  async (suffix) => {
    await expect(connect(stack.webSocketUrl + suffix)).rejects.toThrow(
      "Unexpected server response: 403",
    );
  },
);

test("answers a plain GET of the stage with 426, and of anything else with 403", async () => {
  const statuses = await Promise.all(
    ["/prod", "/prod/", "/prod?x=1", "/", "/other"].map(
      async (path) => (await fetch(stack.httpUrl + path)).status,
    ),
  );
  expect(statuses).toEqual([426, 426, 426, 403, 403]);
});

test("answers a malformed handshake with 400 and does not call $connect", async () => {
  const before = stack.statistics().functions.Connect?.invocations;
  const socket = connectTcp(stack.port, "localhost");
  socket.write(
    "GET /prod HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  );
  const [data] = await once(socket, "data");
  expect(String(data)).toMatch(/^HTTP\/1\.1 400 /);
  expect(stack.statistics().functions.Connect?.invocations).toBe(before);
});

test.each([
  ["status=201", undefined],
  ["status=401", 401],
  ["status=301", 301],
  ["status=501", 501],
  ["throws=boom", 502],
  ["status=none", 502],
])("answers the handshake as $connect says: %s", async (query, status) => {
  const attempt = connect(`${stack.webSocketUrl}?${query}`);
  if (status === undefined) await expect(attempt).resolves.toBeDefined();
  else await expect(attempt).rejects.toThrow(`Unexpected server response: ${status}`);
});

test("does not call $disconnect for a connection that $connect refused", async () => {
  const before = stack.statistics();
  await expect(connect(`${stack.webSocketUrl}?status=403`)).rejects.toThrow("403");
  await stack.idle();
  const after = stack.statistics();
  expect(after.functions.Disconnect).toEqual(before.functions.Disconnect);
  expect(after.connections).toBe(before.connections);
});

test("holds the 101 back until $connect has returned, and answers posts with 410 until then", async () => {
  const gone = stack.statistics().posts["410"] ?? 0;
  const connecting = connect(`${stack.webSocketUrl}?mark=returned`);
  let isOpen = false;
  void connecting.then(() => {
    isOpen = true;
  });
  await waitFor(() => "posted" in (stack.printed("Connect").at(-1) ?? {}));
  expect(stack.printed("Connect").at(-1)).toEqual({ posted: 410 });
  await sleep(60);
  expect(isOpen).toBe(false);
  marks.set("returned");
  const client = await connecting;
  expect(stack.printed("Connect").at(-1)).toEqual({ returns: "returned" });
  expect(stack.statistics().posts["410"]).toBe(gone + 1);
  expect(client.received).toEqual([]);
});

test("delivers nothing that a client sends with its handshake before $connect has returned", async () => {
  const before = stack.statistics().functions.Mirror?.invocations;
  const socket = connectTcp(stack.port, "localhost");
  const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]);
  const handshake = [
    "GET /prod?mark=delivered HTTP/1.1",
    "Host: x",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
  ];
  socket.write(Buffer.concat([Buffer.from(`${handshake.join("\r\n")}\r\n\r\n`), frame]));
  await waitFor(() => "posted" in (stack.printed("Connect").at(-1) ?? {}));
  await sleep(60);
  expect(stack.statistics().functions.Mirror?.invocations).toBe(before);
  marks.set("delivered");
  const [head] = await once(socket, "data");
  expect(String(head)).toMatch(/^HTTP\/1\.1 101 /);
  const [mirrored] = await once(socket, "data");
  expect(String(mirrored)).toContain('"body":"hi"');
  socket.destroy();
});

test("gives $connect the event of a handshake, header names as the client wrote them", async () => {
  await connect(`${stack.webSocketUrl}?EIO=4&a=1&a=2&empty=`, {
    headers: { "X-My-HEADER": "v", "user-agent": "tester/1" },
  });
  const event = stack.printed("Connect").findLast((line) => "headers" in line)!;
  const host = `localhost:${stack.port}`;
  expect(event).toEqual({
    headers: {
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": expect.any(String),
      "X-My-HEADER": "v",
      "user-agent": "tester/1",
      Host: host,
      "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      "X-Forwarded-For": expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
      "X-Forwarded-Port": String(stack.port),
      "X-Forwarded-Proto": "http",
    },
    multiValueHeaders: expect.objectContaining({ Host: [host], "X-My-HEADER": ["v"] }),
    queryStringParameters: { EIO: "4", a: "2", empty: "" },
    multiValueQueryStringParameters: { EIO: ["4"], a: ["1", "2"], empty: [""] },
    requestContext: {
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: "IN",
      stage: "prod",
      connectedAt: expect.any(Number),
      requestTimeEpoch: expect.any(Number),
      identity: { userAgent: "tester/1", sourceIp: expect.any(String) },
      requestId: (event.requestContext as JsonObject).extendedRequestId,
      domainName: host,
      connectionId: expect.stringMatching(/^[\w-]{15}=$/),
      apiId: "local12345",
    },
    isBase64Encoded: false,
  });
});

test("leaves out query objects and user agent that the client did not send", async () => {
  await connect(stack.webSocketUrl);
  const event = stack.printed("Connect").findLast((line) => "headers" in line)!;
  expect(event).not.toHaveProperty("queryStringParameters");
  expect(event).not.toHaveProperty("multiValueQueryStringParameters");
  expect((event.requestContext as JsonObject).identity).not.toHaveProperty("userAgent");
});

test("returns the subprotocol that $connect chose", async () => {
  const client = await connect(`${stack.webSocketUrl}?protocol=b`, {}, ["a", "b"]);
  expect(client.socket.protocol).toBe("b");
});

test("negotiates compression where it is switched on", async () => {
  const fixture = {
    functions: { Mirror: mirrorSource },
    resources: webSocketApi({ $default: { function: "Mirror" } }),
  };
  const compressing = await startStack(fixture, { compression: true });
  const client = await connect(compressing.webSocketUrl, { perMessageDeflate: true });
  expect(client.socket.extensions).toBe("permessage-deflate");
  client.send("x".repeat(5000));
  expect(JSON.parse(await client.next())).toMatchObject({ body: "x".repeat(5000) });
  const plain = await connect(stack.webSocketUrl, { perMessageDeflate: true });
  expect(plain.socket.extensions).toBe("");
});

test("limits new connections per second", async () => {
  const limited = await startStack(
    { resources: webSocketApi({}) },
    { limits: { connectionsPerSecond: 2 } },
  );
  const attempts = Array.from({ length: 20 }, () => connect(limited.webSocketUrl));
  const results = await Promise.allSettled(attempts);
  const refused = results.filter(({ status }) => status === "rejected");
  expect(results.length - refused.length).toBeGreaterThanOrEqual(2);
  // A slow machine may earn a few more tokens meanwhile.
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]).toHaveProperty("reason.message", "Unexpected server response: 429");
});
