import { World } from "../support/world";

/** Acks that no server has asked for: nothing of them is kept. */

let world: World;
afterEach(() => world.close());

const start = () =>
  World.of((io) => {
    io.on("connection", (socket) => {
      const tell = (...answer: unknown[]) => socket.emit("got", answer);
      socket.on("ask me", () => socket.emit("question", tell));
      socket.on("ask all", () => io.timeout(60_000).emit("question", tell));
    });
    io.of("/chat").on("connection", () => {});
  });
/** How much is kept besides the connection, and its socket in its own room and in the namespace. */
const answers = async () => (await world.table.size()) - 3;
const ack = (frame: string) => ({
  ...{ type: "ack" as const, connectionId: "a=", requestId: frame, at: Date.now() },
  body: Buffer.from(frame).toString("base64"),
});

test("a client that makes up ids stores nothing, by whichever lane", async () => {
  world = await start();
  await world.connect("a=");
  const made = Array.from({ length: 200 }, (_, n) => `43${n * 1_000_003}["x"]`);
  await world.handle("a=", made.slice(0, 15).map(ack));
  await world.frames("a=", ...made.slice(100));
  expect(await answers()).toBe(0);
  expect(world.gone.has("a=")).toBe(false);
});

test.each([
  ["with made-up ids", (n: number) => `43${n}["x"]`],
  ["without an id", () => "43[]"],
  ["of another namespace", (n: number) => `43/chat,${n}[]`],
])(
  "a client that floods with acks %s is cut off, whatever containers they meet",
  async (_, made) => {
    world = await start();
    await world.connect("a=");
    // Each batch meets a new container.
    for (let n = 0; n < 30; n++) await world.handle("a=", [ack(made(n))]);
    expect(world.gone.has("a=")).toBe(true);
  },
);

test("a JSON client that floods with acks of no namespace is cut off", async () => {
  world = await start();
  await world.open("a=", {}, "json");
  for (let n = 0; n < 30; n++) await world.handle("a=", [ack(`{"action":"ack","ack":${n}}`)]);
  expect(world.gone.has("a=")).toBe(true);
});

test("frames of packets with attachments are no unasked acks", async () => {
  world = await start();
  await world.connect("a=");
  const frames = ['451-["x",{"_placeholder":true,"num":0}]', "bAQ=="];
  for (let n = 0; n < 30; n++) await world.handle("a=", frames.map(ack));
  expect(world.gone.has("a=")).toBe(false);
});

test.each([
  ["ask me", ["yes"]],
  ["ask all", [null, ["yes"]]],
])("of all that a client answers, what was asked for arrives: %s", async (event, answer) => {
  world = await start();
  await world.connect("a=");
  world.beforeSend = async (_, text) => {
    const [, id] = /^42(\d+)\["question"/.exec(text) ?? [];
    if (id === undefined) return;
    // The same id is not pending in another namespace, and the next id is not pending at all.
    await world.handle("a=", [ack(`43/chat,${id}["no"]`), ack(`43${Number(id) + 1}["no"]`)]);
    await world.handle("a=", [ack(`43${id}["yes"]`)]);
  };
  await world.emit("a=", event);
  expect(world.events("a=")).toContainEqual(["got", answer]);
  expect(await answers()).toBe(0);
});
