import { assembly, JsonClient, listen, TestStack } from "../support/clients";

/** JSON actions over a plain WebSocket against the local stack. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly());
});
afterAll(() => test_.close());

test("is told its namespace and socket id, by query or /", async () => {
  const { default: WebSocket } = await import("ws");
  for (const [query, namespace] of [
    ["", "/"],
    ["?namespace=/chat", "/chat"],
  ]) {
    const client = new JsonClient(new WebSocket(test_.stack.webSocketUrl + query));
    const id = expect.stringMatching(/^[\w-]{20}$/);
    expect(await client.next()).toEqual({ type: "connect", version: 1, namespace, id });
    client.close();
  }
});

test("hears stock clients in a room, and they hear it", async () => {
  const json = await test_.plain();
  const stock = await test_.connect();
  const heard = listen(stock);
  await json.act({ action: "join", room: "mixed" });
  await stock.emitWithAck("rooms:join", { room: "mixed" });
  const send = { action: "send", room: "mixed", event: "hello", args: ["from json"] };
  expect(await json.act(send)).toMatchObject([
    { type: "event", event: "hello", args: ["from json"] },
    { type: "ack" },
  ]);
  await stock.emitWithAck("rooms:send", {
    room: "mixed",
    event: "hello",
    args: ["from stock"],
    scope: "others",
  });
  expect(await json.next()).toEqual({
    type: "event",
    namespace: "/",
    event: "hello",
    args: ["from stock"],
  });
  expect(heard).toEqual([["hello", "from json"]]);
});

test("gets what was wrong with an action, and goes on", async () => {
  const json = await test_.plain();
  json.send("not json");
  expect(await json.next()).toMatchObject({ type: "error", code: "bad_json" });
  json.send({ action: "fly" });
  expect(await json.next()).toMatchObject({ type: "error", code: "bad_action" });
  const [answer] = await json.act({ action: "join" });
  expect(answer).toMatchObject({ type: "error", code: "bad_request" });
  expect(await json.act({ action: "ping" })).toMatchObject([{ type: "pong" }]);
});

test("keeps the order of a burst", async () => {
  const json = await test_.plain();
  for (let n = 0; n < 100; n++) json.send({ action: "emit", event: "number", args: [n] });
  const numbers: unknown[] = [];
  while (numbers.length < 100) {
    const message = await json.next();
    if (message.event === "number") numbers.push((message.args as unknown[])[0]);
  }
  expect(numbers).toEqual(Array.from({ length: 100 }, (_, n) => n));
});

test("sends any character through the lane", async () => {
  const json = await test_.plain();
  const text = '\u0000\u0007\uFFFE é 😀 " \\ & = % + $util #set($x=1)';
  // No limits name rooms by default, but for control characters.
  const room = text.slice(2);
  await json.act({ action: "join", room });
  const [event] = await json.act({ action: "send", room, event: text, args: [text] });
  expect(event).toMatchObject({ event: text, args: [text] });
});
