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
const answers = async () =>
  (await world.table.items()).filter(({ p }) => (p as string).startsWith("k"));
const ack = (frame: string) => ({
  ...{ type: "ack" as const, connectionId: "a=", requestId: frame, at: Date.now() },
  body: Buffer.from(frame).toString("base64"),
});

test("a client that makes up ids stores nothing, by whichever lane", async () => {
  world = await start();
  await world.connect("a=");
  const made = Array.from({ length: 200 }, (_, n) => `43${n * 1_000_003}["x"]`);
  await world.handle("a=", made.slice(0, 100).map(ack));
  await world.frames("a=", ...made.slice(100));
  expect(await answers()).toHaveLength(0);
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
    // The same number is no question of another namespace, and the next one is none at all.
    await world.handle("a=", [ack(`43/chat,${id}["no"]`), ack(`43${Number(id) + 1}["no"]`)]);
    await world.handle("a=", [ack(`43${id}["yes"]`)]);
  };
  await world.emit("a=", event);
  expect(world.events("a=")).toContainEqual(["got", answer]);
  expect(await answers()).toEqual([]);
});
