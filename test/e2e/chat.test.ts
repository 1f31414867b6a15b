import { io } from "socket.io-client";
import { assembly, listen, next, TestStack, waitFor } from "../support/clients";

/** The chat of `npm start`, and the other ways a connection ends. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly("ASSEMBLY_OF_CHAT"));
});
afterAll(() => test_.close());

async function connect(namespace: string) {
  const socket = test_.client(namespace);
  await next(socket, "connect");
  return socket;
}

test.each(["/", "/chat"])("people talk in a room of %s", async (namespace) => {
  const [ada, bob] = [await connect(namespace), await connect(namespace)];
  const [atAda, atBob] = [listen(ada), listen(bob)];
  ada.emit("joinRoom", "lobby");
  await waitFor(() => atAda.length === 1);
  bob.emit("joinRoom", "lobby");
  await waitFor(() => atBob.length === 1 && atAda.length === 2);
  bob.emit("chatMessage", { room: "lobby", message: "hello" });
  await waitFor(() => atBob.length === 2 && atAda.length === 3);
  ada.emit("leaveRoom", "lobby");
  await waitFor(() => atBob.length === 3 && atAda.length === 4);
  const room = { room: "lobby" };
  expect(atAda).toEqual([
    ["message", "You joined lobby", room],
    ["message", `${bob.id} joined lobby`, room],
    ["message", "hello", { ...room, from: bob.id }],
    ["message", "You left lobby", room],
  ]);
  expect(atBob).toEqual([
    ["message", "You joined lobby", room],
    ["message", "hello", { ...room, from: bob.id }],
    ["message", `${ada.id} left lobby`, room],
  ]);
});

test("the client line that is printed works as it stands", async () => {
  const { host, pathname } = new URL(test_.stack.webSocketUrl);
  const socket = io(`ws://${host}`, { path: pathname, transports: ["websocket"] });
  await next(socket, "connect");
  socket.disconnect();
});

test("a connection whose $disconnect was lost is ended by the first 410, or by the heartbeat", async () => {
  const ada = await connect("/");
  const ghosts = [await connect("/"), await connect("/")];
  for (const socket of [ada, ...ghosts]) socket.emit("joinRoom", "r");
  await test_.stack.idle();
  const before = await test_.countItems();
  const [first, second] = ghosts.map((ghost) => {
    ghost.io.reconnection(false);
    return ghost.io.engine.id as unknown as string;
  }) as [string, string];
  const perSocket = 1 + 1 + 2;

  test_.stack.lose(first);
  ada.emit("chatMessage", { room: "r", message: "anyone?" });
  await waitFor(async () => (await test_.countItems()) === before - perSocket);

  test_.stack.lose(second);
  await test_.stack.runSchedules();
  await waitFor(async () => (await test_.countItems()) === before - 2 * perSocket);
  expect(await ada.timeout(2000).emitWithAck("rooms:join", { room: "still here" })).toEqual({
    status: "ok",
  });
});

test("the heartbeat reaches every client", async () => {
  const ada = await connect("/");
  const json = await test_.plain("", false);
  const pings = new Promise((resolve) => ada.io.engine.once("ping", () => resolve("pinged")));
  await test_.stack.runSchedules();
  expect(await pings).toBe("pinged");
  expect(await json.next()).toEqual({ type: "ping" });
});
