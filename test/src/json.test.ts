import { Server } from "socket.io";
import { managedRooms } from "../../managed";
import { AckIds } from "../../src/socketio/ack-ids";
import { World } from "../support/world";

let world: World;

beforeAll(async () => {
  world = await World.start(() => {
    const io = new Server();
    for (const name of ["/", "/chat"]) {
      const namespace = io.of(name);
      namespace.on("connection", (socket) => {
        socket.on("echo", (...args) => (args.pop() as (...args: unknown[]) => void)(...args));
        socket.on("bytes", () => socket.emit("bytes", Buffer.from("hi")));
        const view = new Uint16Array(Buffer.from("!hi!").subarray(1, 3));
        socket.on("views", (ack) => ack(new DataView(view.buffer), view, view.buffer));
        socket.on("blob", (ack) => ack(new Blob(["hi"])));
        socket.data.count = 0;
        socket.on("count", (by, ack) => {
          socket.data.count += by;
          ack?.(socket.data.count);
        });
        socket.on("leave me", () => socket.disconnect());
      });
      managedRooms(namespace, {
        authorize: (_, verb, room) => !(verb === "join" && room === "no"),
      });
    }
    io.of("/plain").on("connection", () => {});
    io.of("/guarded").use((_, next) => next(Object.assign(new Error("who?"), { data: { a: 1 } })));
    return io;
  });
});
afterAll(() => world.close());

let connections = 0;
async function open(query: Record<string, string> = {}): Promise<string> {
  const id = `c${connections++}=`;
  await world.open(id, query, "json");
  return id;
}

async function act(id: string, ...actions: (object | string)[]): Promise<unknown[]> {
  world.take(id);
  const texts = actions.map((a) => (typeof a === "string" ? a : JSON.stringify(a)));
  await world.frames(id, ...texts);
  return take(id);
}

const take = (id: string) => world.take(id).map((text) => JSON.parse(text));

test("a connection is told its namespace and socket id", async () => {
  const id = { type: "connect", version: 1, id: expect.stringMatching(/^[\w-]{20}$/) };
  expect(take(await open())).toEqual([{ ...id, namespace: "/" }]);
  expect(take(await open({ namespace: "/chat" }))).toEqual([{ ...id, namespace: "/chat" }]);
});

test("emit reaches the server's handlers, and an id asks for an ack", async () => {
  const id = await open();
  const action = { action: "emit", event: "echo", args: [1, { a: "b" }] };
  expect(await act(id, { ...action, id: "x" })).toEqual([
    { type: "ack", id: "x", args: [1, { a: "b" }] },
  ]);
  expect(await act(id, { ...action, id: 0 })).toEqual([
    { type: "ack", id: 0, args: [1, { a: "b" }] },
  ]);
});

test("send reaches everyone in the room, the others, or the sender alone", async () => {
  const [a, b, c] = [await open(), await open(), await open()];
  for (const id of [a, b]) {
    expect(await act(id, { action: "join", room: "r", id: 1 })).toEqual([
      { type: "ack", id: 1, args: [] },
    ]);
  }
  take(c);
  const send = { action: "send", room: "r", event: "hi", args: ["you"] };
  const heard = [{ type: "event", namespace: "/", event: "hi", args: ["you"] }];
  expect(await act(a, send)).toEqual(heard);
  expect(take(b)).toEqual(heard);
  expect(await act(a, { ...send, scope: "others" })).toEqual([]);
  expect(take(b)).toEqual(heard);
  expect(await act(a, { ...send, scope: "self", id: 7 })).toEqual([
    ...heard,
    { type: "ack", id: 7, args: [] },
  ]);
  expect(take(b)).toEqual([]);
  expect(take(c)).toEqual([]);
  await act(b, { action: "leave", room: "r" });
  await act(a, send);
  expect(take(b)).toEqual([]);
});

test("stock clients and JSON clients hear each other in one room", async () => {
  const json = await open({ namespace: "/chat" });
  await world.connect("stock=", "/chat");
  world.take("stock=");
  await act(json, { action: "join", namespace: "/chat", room: "mixed" });
  await world.frames("stock=", '42/chat,5["rooms:join",{"room":"mixed"}]');
  expect(world.take("stock=")).toEqual(['43/chat,5[{"status":"ok"}]']);
  const send = { action: "send", namespace: "/chat", room: "mixed", event: "e", args: [1] };
  await act(json, send);
  expect(world.take("stock=")).toEqual(['42/chat,["e",1]']);
  await world.frames("stock=", '42/chat,["rooms:send",{"room":"mixed","event":"f","args":[]}]');
  expect(take(json)).toEqual([{ type: "event", namespace: "/chat", event: "f", args: [] }]);
});

test("connect and disconnect add and end further namespaces", async () => {
  const id = await open();
  expect(await act(id, { action: "connect", namespace: "/chat", id: 1 })).toEqual([
    { type: "connect", version: 1, namespace: "/chat", id: expect.any(String) },
    { type: "ack", id: 1, args: [] },
  ]);
  expect(await act(id, { action: "connect", namespace: "/chat", id: 2 })).toMatchObject([
    { type: "error", id: 2, code: "already_connected" },
  ]);
  expect(await act(id, { action: "disconnect", namespace: "/chat", id: 3 })).toEqual([
    { type: "ack", id: 3, args: [] },
  ]);
  expect(await act(id, { action: "emit", namespace: "/chat", event: "echo", id: 4 })).toMatchObject(
    [{ type: "error", id: 4, code: "not_connected" }],
  );
});

test("a refused connect says why", async () => {
  const id = await open();
  expect(await act(id, { action: "connect", namespace: "/nowhere", id: 1 })).toEqual([
    {
      type: "error",
      id: 1,
      namespace: "/nowhere",
      code: "invalid_namespace",
      message: 'Cannot connect: expected a namespace that the server knows, got "/nowhere"',
    },
  ]);
  expect(await act(id, { action: "connect", namespace: "/guarded" })).toEqual([
    {
      type: "error",
      namespace: "/guarded",
      code: "connect_error",
      message: "who?",
      data: { a: 1 },
    },
  ]);
});

test("a server's disconnect is told, and the connection stays", async () => {
  const id = await open();
  const actions = [
    { action: "emit", event: "leave me" },
    { action: "ping", id: 1 },
  ];
  expect(await act(id, ...actions)).toEqual([
    { type: "disconnect", namespace: "/" },
    { type: "pong", id: 1 },
  ]);
  expect(world.gone.has(id)).toBe(false);
});

test("bytes arrive as base64", async () => {
  const id = await open();
  expect(await act(id, { action: "emit", event: "bytes" })).toMatchObject([
    { event: "bytes", args: [{ base64: "aGk=" }] },
  ]);
});

test("views of bytes arrive as the part that they show, and a Blob not at all", async () => {
  const id = await open();
  const base64 = Buffer.from([0x68, 0, 0x69, 0]).toString("base64");
  expect(await act(id, { action: "emit", event: "views", id: 1 })).toEqual([
    { type: "ack", id: 1, args: [{ base64 }, { base64 }, { base64 }] },
  ]);
  expect(await act(id, { action: "emit", event: "blob", id: 2 })).toEqual([]);
});

test.each([
  ["{", { code: "bad_json", message: /JSON object such as .* got "\{"/ }],
  ["", { code: "bad_json", message: /got ""/ }],
  ["[1]", { code: "bad_json", message: /got \[1\]/ }],
  ["null", { code: "bad_json", message: /got null/ }],
  ["{}", { code: "bad_action", message: /one of connect, .*got nothing/ }],
  ['{"action":"toString","id":3}', { code: "bad_action", id: 3, message: /got "toString"/ }],
  ['{"action":"__proto__"}', { code: "bad_action", message: /got "__proto__"/ }],
  [
    '{"action":"join","id":1}',
    { code: "bad_request", id: 1, message: /expected `room`, got nothing/ },
  ],
  ['{"action":"join","room":5}', { code: "bad_request", message: /`room`.*string.*got 5/ }],
  ['{"action":"join","room":""}', { code: "bad_request", message: /not be empty.*got ""/ }],
  ['{"action":"emit","event":"disconnect"}', { code: "bad_request", message: /reserved/ }],
  ['{"action":"emit","event":"x","args":{}}', { code: "bad_request", message: /`args`.*Array/ }],
  [
    '{"action":"send","room":"r","event":"e","scope":"all"}',
    { code: "bad_request", message: /"room" \| "others" \| "self"/ },
  ],
  [
    '{"action":"send","event":"e"}',
    { code: "bad_request", message: /^Cannot send: expected `room`, got nothing/ },
  ],
  [
    '{"action":"emit","namespace":"x","event":"e"}',
    { code: "bad_request", message: /start with `\/`/ },
  ],
  [
    '{"action":"join","room":"no","id":2}',
    { code: "forbidden", id: 2, message: /where this is allowed, got "no"/ },
  ],
  [
    `{"action":"join","room":"${"r".repeat(257)}"}`,
    { code: "bad_request", message: /at most 256/ },
  ],
  [
    `{"action":"emit","event":"e","args":["${"x".repeat(32_768)}"]}`,
    { code: "too_large", message: /at most 32768 bytes, got 328/ },
  ],
])("%s is answered with what was expected and got", async (frame, { message, ...rest }) => {
  const id = await open();
  const [error, ...more] = await act(id, frame, { action: "ping" });
  expect(error).toMatchObject({ type: "error", ...rest });
  expect((error as { message: string }).message).toMatch(message);
  expect(more).toEqual([{ type: "pong" }]);
});

test("a namespace without managed rooms forbids their actions", async () => {
  const id = await open({ namespace: "/plain" });
  expect(await act(id, { action: "join", namespace: "/plain", room: "r", id: 1 })).toMatchObject([
    { type: "error", id: 1, code: "forbidden" },
  ]);
});

test("no client joins the own room of another socket", async () => {
  const [spy, victim] = [await open(), await open()];
  const [{ id: room }] = take(victim) as [{ id: string }];
  expect(await act(spy, { action: "join", room, id: 1 })).toMatchObject([{ code: "forbidden" }]);
  // Nor one that may come back with its session, nor is it left by its socket.
  const away = `${"x".repeat(16)}AAAB`;
  expect(await act(spy, { action: "join", room: away, id: 2 })).toMatchObject([
    { code: "forbidden" },
  ]);
  expect(await act(victim, { action: "leave", room, id: 3 })).toMatchObject([
    { code: "forbidden" },
  ]);
  const named = "customers-in-europe1";
  expect(await act(spy, { action: "join", room: named, id: 4 })).toMatchObject([{ type: "ack" }]);
});

test("deep nesting harms no client", async () => {
  jest.spyOn(console, "error").mockImplementation();
  const id = await open();
  const deep = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
  const frames = [`{"action":"emit","event":"echo","args":[${deep}],"id":1}`, '{"action":"ping"}'];
  expect((await act(id, ...frames)).at(-1)).toEqual({ type: "pong" });
});

test("an action without a namespace goes to that of the connection's query", async () => {
  const id = await open({ namespace: "/chat" });
  expect(await act(id, { action: "emit", event: "echo", args: [1], id: 1 })).toEqual([
    { type: "ack", id: 1, args: [1] },
  ]);
  expect(await act(id, { action: "emit", namespace: "/", event: "echo", id: 2 })).toMatchObject([
    { code: "not_connected", namespace: "/", id: 2 },
  ]);
  expect(await act(id, { action: "disconnect", id: 3 }, { action: "rooms", id: 4 })).toMatchObject([
    { type: "ack", id: 3 },
    { code: "not_connected", namespace: "/chat", message: expect.stringContaining('"/chat"') },
  ]);
  const none = await open({ namespace: "" });
  expect(await act(none, { action: "connect", id: 1 })).toMatchObject([
    { type: "connect", namespace: "/" },
    { type: "ack", id: 1 },
  ]);
});

test("an ack without a namespace answers in that of the connection's query", async () => {
  const id = await open({ namespace: "/chat" });
  const ack = new AckIds("").make("/chat", 12);
  await world.acks(id, `{"action":"ack","ack":${ack},"args":["fine"]}`);
  const answers = await world.table.ackStore.read("/chat", ack);
  expect(answers).toEqual([{ connectionId: id, args: ["fine"] }]);
});

describe("an action that comes again with its id", () => {
  const counted = (n: number, id: unknown) => ({ type: "ack", id, args: [n] });
  const count = (id: unknown, by = 1) => ({ action: "emit", event: "count", args: [by], id });

  test("is answered as before and not carried out again, in whichever batch", async () => {
    const id = await open();
    expect(await act(id, count("a"), count("a"))).toEqual([counted(1, "a"), counted(1, "a")]);
    expect(await act(id, count("a"))).toEqual([counted(1, "a")]);
    expect(await act(id, count("b"))).toEqual([counted(2, "b")]);
  });

  test("is another action where anything else differs, or without an id", async () => {
    const id = await open();
    expect(await act(id, count(1), count("1"), count(1, 5))).toEqual([
      counted(1, 1),
      counted(2, "1"),
      counted(7, 1),
    ]);
    await act(id, count(undefined), count(undefined));
    expect(await act(id, count(2))).toEqual([counted(10, 2)]);
  });

  test("is confirmed where it was connect or disconnect", async () => {
    const id = await open();
    for (const action of ["connect", "disconnect"]) {
      const first = await act(id, { action, namespace: "/chat", id: action });
      expect(first.at(-1)).toEqual({ type: "ack", id: action, args: [] });
      expect(await act(id, { action, namespace: "/chat", id: action })).toEqual(first);
    }
  });

  test("is refused where its answer is not known", async () => {
    const id = await open();
    const silent = { action: "emit", event: "unheard", id: 1 };
    expect(await act(id, silent)).toEqual([]);
    expect(await act(id, silent)).toMatchObject([{ type: "error", code: "repeated", id: 1 }]);
    await act(id, { action: "emit", event: "echo", args: ["x".repeat(9000)], id: 2 });
    expect(
      await act(id, { action: "emit", event: "echo", args: ["x".repeat(9000)], id: 2 }),
    ).toMatchObject([{ code: "repeated", id: 2 }]);
  });

  test("is carried out where it was refused before", async () => {
    const id = await open({ namespace: "" });
    expect(await act(id, count(1))).toMatchObject([{ code: "not_connected" }]);
    await act(id, { action: "connect" });
    expect(await act(id, count(1))).toEqual([counted(1, 1)]);
  });

  test("is remembered for a minute, and for 64 actions", async () => {
    const id = await open();
    await act(id, count("first"));
    const { now } = Date;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => now() + 61_000);
    expect(await act(id, count("first"))).toEqual([counted(1, "first")]);
    clock.mockImplementation(() => now() + 120_000);
    expect(await act(id, count("first"))).toEqual([counted(2, "first")]);
    clock.mockRestore();
    await act(id, ...Array.from({ length: 64 }, (_, n) => count(n)));
    expect(await act(id, count("first"))).toEqual([counted(67, "first")]);
  });

  test("costs nothing without an id", async () => {
    const id = await open();
    await act(id, count(undefined));
    const kept = () => world.table.store.load(id);
    expect(await kept()).not.toHaveProperty("recent");
    await act(id, count(1));
    expect(await kept()).toHaveProperty("recent");
  });
});

test("an action whose state was not stored is carried out again, and not only answered", async () => {
  const error = jest.spyOn(console, "error").mockImplementation();
  const id = await open();
  take(id);
  const { store } = world.table;
  const count = (n: number) => JSON.stringify({ action: "emit", event: "count", args: [1], id: n });
  const failing = jest.spyOn(store, "saveState").mockRejectedValueOnce(new Error("no table"));
  expect(await world.frames(id, count(1))).toBe(0);
  failing.mockRestore();
  await world.again(id, count(1));
  await world.frames(id, count(2));
  expect(take(id).map(({ args }: { args: unknown[] }) => args)).toEqual([[1], [1], [2]]);
  error.mockRestore();
});
