import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { HEARTBEAT, openFrame } from "../../src/protocols/socket-io/engine-io";
import { assembly, listen, next, TestStack, waitFor } from "../support/clients";
import { RawSocket, refusalOf } from "./support/raw-socket";

/** The edge cases that are about what the stock client makes of the server, against the local stack. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly(), { timings: { upgradeDelayMs: 5, settleMs: 15 } });
});
afterAll(() => test_.close());

/** Posts a frame past the application, as a redelivery may. */
async function post(connectionId: string, frame: string): Promise<void> {
  const { environment } = test_.stack;
  const management = new ApiGatewayManagementApiClient({
    endpoint: environment.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI as string,
    region: environment.AWS_REGION as string,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID as string,
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY as string,
      sessionToken: environment.AWS_SESSION_TOKEN as string,
    },
  });
  const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame });
  await management.send(command);
  management.destroy();
}

test("3. events that precede the CONNECT reply reach handlers before `connect`", async () => {
  const socket = test_.client("/early");
  const order: string[] = [];
  socket.onAny((event) => order.push(event));
  socket.on("connect", () => order.push("connect"));
  await waitFor(() => order.includes("welcome"));
  expect(order).toEqual(["early", "connect", "welcome"]);
});

test("8. the open packet has all five fields, and a timer sum that a client's timer can hold", async () => {
  const raw = new RawSocket(`${test_.stack.webSocketUrl}?EIO=4&transport=websocket`);
  const opened = await raw.next();
  raw.close();
  const fields = JSON.parse(opened.slice(1));
  expect(Object.keys(fields).sort()).toEqual(
    ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"].sort(),
  );
  expect(fields.upgrades).toEqual([]);
  expect(fields.pingInterval).toBe(HEARTBEAT.intervalMs);
  expect(fields.pingInterval + fields.pingTimeout).toBeLessThanOrEqual(2 ** 31 - 1);
});

test("8. the open packet, sent twice, does no harm", async () => {
  const socket = await test_.connect();
  const { id } = socket;
  let connects = 0;
  socket.on("connect", () => connects++);
  const connectionId = socket.io.engine.id as unknown as string;
  const opened = next(socket.io.engine as never, "handshake");
  await post(connectionId, openFrame(connectionId));
  await opened;
  expect(await socket.emitWithAck("echo", "alive")).toBe("alive");
  expect([socket.id, connects]).toEqual([id, 0]);
});

describe("9. a missing or bad EIO or transport", () => {
  test.each([
    "?transport=websocket",
    "?EIO=3&transport=websocket",
    "?EIO=4",
    "?EIO=4&transport=polling",
    "?EIO=4&transport=webtransport",
  ])("%s is refused with 400, no open packet", async (query) => {
    expect(await refusalOf(test_.stack.webSocketUrl + query)).toBe(400);
  });

  test("neither makes a JSON client, which gets no open packet either", async () => {
    const raw = new RawSocket(test_.stack.webSocketUrl);
    expect(JSON.parse(await raw.next())).toHaveProperty("type");
    raw.close();
  });
});

test("15. no CONNECT reply and no event reaches a client twice", async () => {
  const socket = test_.client();
  let connects = 0;
  socket.on("connect", () => connects++);
  const heard = listen(socket);
  await next(socket, "welcome");
  const chat = socket.io.socket("/chat", {});
  await next(chat, "connect");
  for (let n = 0; n < 30; n++) socket.emit("number", n);
  await waitFor(() => heard.length > 30);
  await test_.stack.idle();
  expect(heard).toEqual([["welcome"], ...Array.from({ length: 30 }, (_, n) => ["number", n])]);
  expect(connects).toBe(1);
});

test("17. a refused client has `message` and `data`, and does not try again", async () => {
  const main = await test_.connect();
  const guarded = main.io.socket("/guarded", {});
  const errors: unknown[] = [];
  guarded.on("connect_error", (error) => errors.push(error));
  await waitFor(() => errors.length > 0);
  expect(errors[0]).toMatchObject({ message: "no entry", data: { a: 1 } });
  expect(guarded.active).toBe(false);
  expect(await main.emitWithAck("echo", "alive")).toBe("alive");
  expect(errors).toHaveLength(1);
});

test("21. io.close() lets its client come back, as a new socket", async () => {
  const socket = await test_.connect("/", { reconnectionDelay: 10 });
  const { id } = socket;
  socket.emit("shut down");
  const [reason] = await next(socket, "disconnect");
  expect(reason).toBe("transport close");
  expect(socket.active).toBe(true);
  await next(socket, "connect");
  expect(socket.id).not.toBe(id);
  expect(await socket.emitWithAck("echo", "back")).toBe("back");
});
