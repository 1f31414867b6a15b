import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import type { Timings } from "../../local";
import type { JsonObject } from "../../local/json";
import { VirtualClock } from "../support/virtual-clock";
import { waitFor } from "../support/wait-for";
import { type Client, connect, cutClients } from "./support/client";
import { mirrorSource, postSource, printSource } from "./support/functions";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

const MINUTE_MS = 60_000;

/** Deletes its own connection, or sends the event back. */
const routeSource = `${postSource}
exports.handler = async ({ body, requestContext: { connectionId } }) => {
  if (body === "delete") await post(connectionId, "", "DELETE").then(console.log);
  else await post(connectionId, body.length > 100 ? String(body.length) : connectionId);
  return { statusCode: 200 };
};`;

const fixture = {
  functions: { Route: routeSource, Disconnect: printSource },
  resources: webSocketApi({
    $default: { function: "Route" },
    $disconnect: { function: "Disconnect" },
  }),
};
const start = (timings: Partial<Timings> = {}) => startStack(fixture, { timings });

let stack: TestStack;
beforeAll(async () => {
  stack = await start();
});
afterEach(cutClients);
afterAll(closeStacks);

/** Waits until $disconnect has run for a connection and returns its event. */
async function disconnectOf(from: TestStack, connectionId: string): Promise<JsonObject> {
  const find = () =>
    from
      .printed("Disconnect")
      .find((event) => (event.requestContext as JsonObject).connectionId === connectionId);
  await waitFor(() => find() !== undefined);
  return find() as JsonObject;
}

async function connectAs(from: TestStack) {
  const client = await connect(from.webSocketUrl);
  client.send("who");
  return { client, id: await client.next() };
}

/** Data in both directions; resolves with what came back. */
function exchange(client: Client): Promise<string> {
  client.send("on");
  return client.next();
}

/** Code and reason that $disconnect got. */
async function disconnectCode(from: TestStack, id: string) {
  const { requestContext } = (await disconnectOf(from, id)) as { requestContext: JsonObject };
  return [requestContext.disconnectStatusCode, requestContext.disconnectReason];
}

test("gives $disconnect its event, with nothing of the handshake", async () => {
  const { client, id } = await connectAs(stack);
  client.socket.close();
  const host = `localhost:${stack.port}`;
  expect(await disconnectOf(stack, id)).toEqual({
    headers: { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
    multiValueHeaders: {
      Host: [host],
      "x-api-key": [""],
      "X-Forwarded-For": [""],
      "x-restapi": [""],
    },
    requestContext: {
      routeKey: "$disconnect",
      disconnectStatusCode: 1005,
      eventType: "DISCONNECT",
      extendedRequestId: expect.any(String),
      requestTime: expect.any(String),
      messageDirection: "IN",
      disconnectReason: "Client-side close frame status not set",
      stage: "prod",
      connectedAt: expect.any(Number),
      requestTimeEpoch: expect.any(Number),
      identity: { sourceIp: expect.any(String) },
      requestId: expect.any(String),
      domainName: host,
      connectionId: id,
      apiId: "local12345",
    },
    isBase64Encoded: false,
  });
});

test.each([
  [1000, "bye", [1000, "bye"]],
  [1001, "", [1001, ""]],
  [4000, "own", [4000, "own"]],
])("tells $disconnect of a client's close with %s %s", async (code, reason, expected) => {
  const { client, id } = await connectAs(stack);
  client.socket.close(code, reason);
  expect(await disconnectCode(stack, id)).toEqual(expected);
});

test("tells $disconnect 1006 where the client ended without a close frame", async () => {
  const { client, id } = await connectAs(stack);
  client.socket.terminate();
  expect(await disconnectCode(stack, id)).toEqual([1006, ""]);
});

test("closes with 1003 on a binary frame, and does not deliver it", async () => {
  const { client, id } = await connectAs(stack);
  const before = stack.statistics().functions.Route?.invocations;
  client.send(Buffer.from([1, 2, 3]));
  expect((await client.closed).code).toBe(1003);
  expect((await disconnectCode(stack, id))[0]).toBe(1003);
  expect(stack.statistics().functions.Route?.invocations).toBe(before);
});

test("takes a frame of 32 KiB and closes with 1009 on one byte more", async () => {
  const { client, id } = await connectAs(stack);
  client.send("x".repeat(32 * 1024));
  expect(await client.next()).toBe("32768");
  client.send("x".repeat(32 * 1024 + 1));
  expect((await client.closed).code).toBe(1009);
  expect((await disconnectCode(stack, id))[0]).toBe(1009);
});

test("takes a message of 128 KiB in frames and closes with 1009 on one byte more", async () => {
  const { client } = await connectAs(stack);
  const frame = "x".repeat(32 * 1024);
  const sendFrames = (last: string) => {
    for (let count = 0; count < 3; count += 1) client.socket.send(frame, { fin: false });
    client.socket.send(frame, { fin: last === "" });
    if (last) client.socket.send(last, { fin: true });
  };
  sendFrames("");
  expect(await client.next()).toBe("131072");
  sendFrames("x");
  expect((await client.closed).code).toBe(1009);
});

test("counts frames that arrive in pieces or together, and pings between them", async () => {
  const { client } = await connectAs(stack);
  client.socket.send("a".repeat(60), { fin: false });
  client.socket.ping("in between");
  client.socket.send("b".repeat(60), { fin: true });
  client.send("c".repeat(101));
  expect([await client.next(), await client.next()].sort()).toEqual(["101", "120"]);
});

test("answers a ping, and sends none", async () => {
  const { client } = await connectAs(stack);
  const pinged = jest.fn();
  client.socket.on("ping", pinged);
  client.socket.ping("hello");
  const [data] = await once(client.socket, "pong");
  expect(String(data)).toBe("hello");
  expect(pinged).not.toHaveBeenCalled();
});

test("DELETE closes with 1000 and calls $disconnect", async () => {
  const { client, id } = await connectAs(stack);
  client.send("delete");
  expect(await client.closed).toEqual({ code: 1000, reason: "" });
  expect(await disconnectCode(stack, id)).toEqual([1000, "Connection Closed Normally"]);
  await stack.idle();
  expect(stack.lines.map(({ text }) => text)).toContain("204");
});

test("calls $disconnect although the client does not answer the close frame", async () => {
  const impatient = await start({ closeGraceMs: 50 });
  const socket = connectTcp(impatient.port, "localhost");
  const frame = Buffer.from([0x81, 0x83, 0, 0, 0, 0, ...Buffer.from("who")]);
  socket.write(
    "GET /prod HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await once(socket, "data");
  socket.write(frame);
  const [answer] = await once(socket, "data");
  const id = String(answer).slice(2);
  socket.write(Buffer.from([0x82, 0x80, 0, 0, 0, 0]));
  expect((await disconnectCode(impatient, id))[0]).toBe(1003);
  socket.destroy();
});

test("closes an idle connection with 1001; data in either direction keeps it, pings do not", async () => {
  const clock = new VirtualClock();
  const hasty = await start({ clock });
  const talking = await connectAs(hasty);
  const silent = await connectAs(hasty);
  clock.advance(9 * MINUTE_MS);
  await exchange(talking.client);
  silent.client.socket.ping();
  await once(silent.client.socket, "pong");
  expect(silent.client.socket.readyState).toBe(silent.client.socket.OPEN);
  clock.advance(1.5 * MINUTE_MS);
  expect(await silent.client.closed).toEqual({ code: 1001, reason: "Going away" });
  expect(await disconnectCode(hasty, silent.id)).toEqual([1001, "Going away"]);
  expect(await exchange(talking.client)).toBe(talking.id);
});

test("closes an old connection with 1001, whatever it does", async () => {
  const clock = new VirtualClock();
  const hasty = await start({ clock });
  const { client, id } = await connectAs(hasty);
  for (let minutes = 0; minutes < 120; minutes += 8) {
    expect(await exchange(client)).toBe(id);
    clock.advance(8 * MINUTE_MS);
  }
  // Two hours, and not a moment more.
  expect(await exchange(client)).toBe(id);
  clock.advance(MINUTE_MS);
  expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
  expect(await disconnectCode(hasty, id)).toEqual([1001, "Going away"]);
});

test("a silenced connection swallows posts and its end, until it is idle for too long", async () => {
  const clock = new VirtualClock();
  const hasty = await startStack(
    {
      functions: { ...fixture.functions, Mirror: mirrorSource },
      resources: webSocketApi({
        $default: { function: "Route" },
        $disconnect: { function: "Disconnect" },
      }),
    },
    { timings: { clock } },
  );
  const { client, id } = await connectAs(hasty);
  hasty.silence(id);
  const before = hasty.statistics().functions.Route?.invocations;
  client.send("lost");
  client.socket.terminate();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(hasty.statistics().functions.Route?.invocations).toBe(before);
  expect(hasty.printed("Disconnect")).toEqual([]);
  expect(hasty.statistics().connections).toBe(1);
  clock.advance(11 * MINUTE_MS);
  expect(await disconnectCode(hasty, id)).toEqual([1001, "Going away"]);
  expect(() => hasty.silence(id)).toThrow("expected an open connection");
});
