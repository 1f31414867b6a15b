import { once } from "node:events";
import type { Socket } from "socket.io-client";
import type WebSocket from "ws";
import { assembly, listen, next, TestStack, waitFor } from "../support/clients";

/** The stock client against the local stack: real sockets, bundled functions, a real table. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly());
});
afterAll(() => test_.close());

const connect = (namespace?: string) => test_.connect(namespace);
const room = () => `room-${Math.random()}`;

async function emitFrom(socket: Socket, request: object): Promise<void> {
  await socket.emitWithAck("emit", request);
}

describe("connecting", () => {
  test("gives a socket an id and runs the connection handler once", async () => {
    const socket = test_.client();
    const heard = listen(socket);
    await next(socket, "connect");
    expect(socket.id).toMatch(/^[\w-]{20}$/);
    expect(await socket.emitWithAck("echo", 1, "two")).toBe(1);
    expect(heard).toEqual([["welcome"]]);
  });

  test("multiplexes namespaces over one connection", async () => {
    const main = await connect();
    const chat = main.io.socket("/chat", {});
    await next(chat, "connect");
    expect(chat.id).not.toBe(main.id);
    expect(await chat.emitWithAck("echo", "in chat")).toBe("in chat");
    chat.disconnect();
    expect(await main.emitWithAck("echo", "still here")).toBe("still here");
  });

  test("is answered the first subprotocol that it offers", async () => {
    const socket = test_.client("/", { protocols: ["chat.v1", "chat.v2"] });
    await next(socket, "connect");
    const { transport } = socket.io.engine as unknown as { transport: { ws: WebSocket } };
    expect(transport.ws.protocol).toBe("chat.v1");
    expect(await socket.emitWithAck("echo", 1)).toBe(1);
  });

  test("refuses an unknown namespace and passes on what a middleware says", async () => {
    const [unknown] = await next<[Error]>(test_.client("/unknown"), "connect_error");
    expect(unknown.message).toBe("Invalid namespace");
    const [guarded] = await next<[Error]>(test_.client("/guarded"), "connect_error");
    expect(guarded).toMatchObject({ message: "no entry", data: { a: 1 } });
  });

  test("answers every event from a container that has never seen the connection", async () => {
    const socket = await connect();
    const containers = new Set<number>();
    for (let i = 0; i < 4; i++) containers.add(await socket.emitWithAck("container"));
    expect(containers.size).toBe(4);
  });
});

describe("rooms", () => {
  test("a socket is in a private room named by its id", async () => {
    const [a, b] = [await connect(), await connect()];
    const heard = [listen(a), listen(b)];
    expect(await a.emitWithAck("members", a.id)).toEqual([a.id]);
    await emitFrom(a, { via: "io", to: [b.id], event: "private" });
    await b.emitWithAck("echo");
    expect(heard).toEqual([[], [["private"]]]);
  });

  test("a socket joins and leaves several rooms dynamically", async () => {
    const socket = await connect();
    const [r1, r2] = [room(), room()];
    expect(await socket.emitWithAck("join", [r1, r2])).toEqual([socket.id, r1, r2]);
    expect(await socket.emitWithAck("leave", r1)).toEqual([socket.id, r2]);
    expect(await socket.emitWithAck("members", r2)).toEqual([socket.id]);
  });

  test("a room exists while it has a member and is gone after", async () => {
    const [a, b] = [await connect(), await connect()];
    const r = room();
    await a.emitWithAck("join", [r]);
    await b.emitWithAck("join", [r]);
    expect((await a.emitWithAck("members", r)).sort()).toEqual([a.id, b.id].sort());
    await a.emitWithAck("leave", r);
    expect(await a.emitWithAck("members", r)).toEqual([b.id]);
    await b.emitWithAck("leave", r);
    expect(await a.emitWithAck("members", r)).toEqual([]);
  });

  test("clients learn nothing of rooms by themselves", async () => {
    const [a, b] = [await connect(), await connect()];
    const heard = listen(b);
    const r = room();
    await a.emitWithAck("join", [r]);
    await a.emitWithAck("leave", r);
    await b.emitWithAck("echo");
    expect(heard).toEqual([]);
    expect(Object.keys(b)).not.toContain("rooms");
  });

  test("the same name in two namespaces is two rooms", async () => {
    const [main, chat] = [await connect("/"), await connect("/chat")];
    const heard = listen(chat);
    const r = room();
    await main.emitWithAck("join", [r]);
    await chat.emitWithAck("join", [r]);
    await emitFrom(main, { via: "io", to: [r], event: "main only" });
    await chat.emitWithAck("echo");
    expect(heard).toEqual([]);
    expect(await main.emitWithAck("members", r)).toEqual([main.id]);
  });

  test("io.to reaches all in the room, socket.to all but the sender, socket.emit the sender", async () => {
    const [a, b, c] = [await connect(), await connect(), await connect()];
    const heard = [listen(a), listen(b), listen(c)];
    const r = room();
    await a.emitWithAck("join", [r]);
    await b.emitWithAck("join", [r]);
    await emitFrom(a, { via: "io", to: [r], event: "all", args: [1] });
    await emitFrom(a, { via: "socket", to: [r], event: "others", args: [2] });
    await emitFrom(a, { via: "self", event: "self", args: [3] });
    for (const socket of [a, b, c]) await socket.emitWithAck("echo");
    expect(heard).toEqual([
      [
        ["all", 1],
        ["self", 3],
      ],
      [
        ["all", 1],
        ["others", 2],
      ],
      [],
    ]);
  });

  test("several rooms are a union that reaches each socket once; except wins", async () => {
    const [a, b, c] = [await connect(), await connect(), await connect()];
    const heard = [listen(a), listen(b), listen(c)];
    const [r1, r2, r3] = [room(), room(), room()];
    await a.emitWithAck("join", [r1, r2]);
    await b.emitWithAck("join", [r2, r3]);
    await c.emitWithAck("join", [r1]);
    await emitFrom(c, { via: "io", to: [r1, r2], event: "union" });
    await emitFrom(c, { via: "io", to: [r1, r2], except: [r3], event: "but r3" });
    await emitFrom(c, { via: "io", to: [r1, r2], except: [a.id], event: "but a" });
    await emitFrom(c, { via: "socket", to: [r1], event: "but me" });
    for (const socket of [a, b, c]) await socket.emitWithAck("echo");
    expect(heard).toEqual([
      [["union"], ["but r3"], ["but me"]],
      [["union"], ["but a"]],
      [["union"], ["but r3"], ["but a"]],
    ]);
  });

  test("io.emit stays in its namespace and reaches everyone there", async () => {
    const [a, b, chat] = [await connect(), await connect(), await connect("/chat")];
    const heard = [listen(a), listen(b), listen(chat)];
    await emitFrom(a, { via: "io", event: "everyone" });
    await emitFrom(a, { via: "socket", event: "everyone else" });
    for (const socket of [a, b, chat]) await socket.emitWithAck("echo");
    expect(heard).toEqual([[["everyone"]], [["everyone"], ["everyone else"]], []]);
  });

  test("a socket leaves its rooms when it disconnects, and its handlers are told in order", async () => {
    const [watcher, leaver] = [await connect(), await connect()];
    watcher.emit("watch");
    const heard = listen(watcher);
    const r = room();
    const { id } = leaver;
    await watcher.emitWithAck("echo");
    await leaver.emitWithAck("join", [r]);
    leaver.disconnect();
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([
      ["saw disconnecting", id, "client namespace disconnect", [id, r]],
      ["saw disconnect", id, "client namespace disconnect", []],
    ]);
    expect(await watcher.emitWithAck("members", r)).toEqual([]);
  });

  test("un-awaited join, emit and leave keep their order", async () => {
    const socket = await connect();
    const heard = listen(socket);
    socket.emit("join and emit", room());
    await waitFor(() => heard.length === 2);
    expect(heard).toEqual([["after join"], ["end"]]);
  });
});

describe("the whole deployment", () => {
  test("a handler awaits its own client's answer, and a broadcast everyone's", async () => {
    const [a, b] = [await connect(), await connect()];
    const r = room();
    for (const socket of [a, b]) {
      await socket.emitWithAck("join", [r]);
      socket.on("question", (text: string, answer: (text: string) => void) =>
        answer(`${text}: ${socket.id}`),
      );
    }
    expect(await a.emitWithAck("ask me", "me")).toBe(`me: ${a.id}`);
    const answers: string[] = await a.emitWithAck("ask all", r);
    expect(answers.sort()).toEqual([`all: ${a.id}`, `all: ${b.id}`].sort());
  });

  test("utility methods see and end sockets of other connections", async () => {
    const [a, b] = [await connect(), await connect()];
    const heard = listen(b);
    const r = room();
    await b.emitWithAck("join", [r]);
    expect(await a.emitWithAck("who", r)).toEqual([[b.id, [b.id, r]]]);
    a.emit("kick", r);
    const [reason] = await next<[string]>(b, "disconnect");
    expect(reason).toBe("io server disconnect");
    expect(heard).toEqual([["bye"]]);
  });
});

describe("order", () => {
  test("a thousand events of one burst come back in order", async () => {
    const socket = await connect();
    const numbers: number[] = [];
    socket.on("number", (n: number) => numbers.push(n));
    for (let n = 1; n <= 1000; n++) socket.emit("number", n);
    await waitFor(() => numbers.length === 1000, 25_000);
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  test("an event waits for the async listener of the one before", async () => {
    const socket = await connect();
    const heard = listen(socket);
    for (const n of [0, 25, 5]) socket.emit("slow", n);
    await waitFor(() => heard.length === 3);
    expect(heard).toEqual([
      ["slow", 0],
      ["slow", 25],
      ["slow", 5],
    ]);
  });
});

describe("failure", () => {
  test("a throwing listener is logged and harms no other", async () => {
    const socket = await connect();
    socket.emit("throw");
    expect(await socket.emitWithAck("echo", "alive")).toBe("alive");
    await waitFor(() => test_.log.some(({ text }) => text.includes("a listener that fails")));
  });

  test("a protocol violation closes the connection, and the client comes back", async () => {
    const socket = await connect();
    const { id } = socket;
    socket.io.engine.write('42/chat,["never joined"]' as never);
    const [reason] = await next(socket, "disconnect");
    expect(reason).toBe("transport close");
    await next(socket, "connect");
    expect(socket.id).not.toBe(id);
  });

  test("socket.disconnect(true) tells the client not to come back", async () => {
    const socket = await connect();
    socket.emit("kick me");
    const [reason] = await next(socket, "disconnect");
    expect(reason).toBe("io server disconnect");
    expect(socket.active).toBe(false);
  });

  test.each([
    ["without EIO", "?transport=websocket"],
    ["with another EIO", "?EIO=3&transport=websocket"],
    ["with another transport", "?EIO=4&transport=polling"],
    ["with a bad namespace", "?namespace=chat"],
  ])("a handshake %s is refused with 400", async (_, query) => {
    const { default: WebSocket } = await import("ws");
    const webSocket = new WebSocket(test_.stack.webSocketUrl + query);
    const [error] = await once(webSocket, "error");
    expect(error.message).toBe("Unexpected server response: 400");
  });
});

test("nothing is left in the table once everyone has gone", async () => {
  const alone = await TestStack.start(assembly());
  const sockets = [await alone.connect(), await alone.connect("/chat")];
  for (const socket of sockets) await socket.emitWithAck("join", ["a", "b"]);
  expect(await alone.countItems()).toBe(2 * (1 + 4 + 2));
  for (const socket of sockets) socket.disconnect();
  await waitFor(async () => (await alone.countItems()) === 0);
  await alone.close();
});
