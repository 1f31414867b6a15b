import type { Server } from "socket.io";
import { ManagementDelivery } from "../../src/delivery/management-delivery";
import { adapterOf } from "../../src/socketio/address";
import { createFrame } from "../../src/wire/frame";
import { World } from "../support/world";

/** What a fuzzer has found, each as small as it gets. */

let world: World;
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  errors.mockReset();
});
afterEach(() => world?.close());

const app = (io: Server) => {
  io.use((socket, next) => {
    const { refuse } = socket.handshake.auth;
    if (refuse === undefined) return next();
    next(Object.assign(new Error("no"), { data: refuse }));
  });
  io.on("connection", (socket) => {
    socket.on("join", (room) => socket.join(room));
    socket.on("all", () => io.emit("hi"));
    socket.on("name", () => socket.emit(5 as never, "x"));
    socket.on("rooms", (answer) => answer(socket.rooms.size));
  });
};

test.each([
  ["an object", '{"a":1}'],
  ["a name that is too long", JSON.stringify("x".repeat(1100))],
])("a client that asked to join %s and left hears nothing more", async (_, room) => {
  world = await World.of(app);
  await world.connect("other=");
  await world.connect("evil=");
  await world.frames("evil=", `42["join",${room}]`, '421["rooms"]', "41");
  expect(world.take("evil=")).toContain("431[1]");
  await world.emit("other=", "all");
  expect(world.take("evil=")).toEqual([]);
  const all = await world.table.memberships();
  expect(all.filter(({ connectionId }) => connectionId === "evil=")).toEqual([]);
  // The client then comes back as any other does.
  expect(await world.join("evil=")).toMatch(/^[\w-]{20}$/);
});

test("a refusal with data that cannot be encoded is sent without it, and ends no process", async () => {
  world = await World.of(app);
  await world.open("a=", { EIO: "4", transport: "websocket" });
  world.take("a=");
  const deep = "[".repeat(20_000) + "]".repeat(20_000);
  await world.frames("a=", `40{"refuse":${deep}}`);
  expect(world.take("a=")).toEqual(['44{"message":"no"}']);
  const [{ message }] = errors.mock.calls[0] as [{ message: string }];
  expect(message).toContain("the data of a refusal");
});

test("a malformed ack is answered to a JSON client and closes a stock client, whatever it looks like", async () => {
  world = await World.of(app);
  await world.open("json=", {}, "json");
  await world.connect("stock=");
  world.take("json=");
  await world.acks("json=", "43{{");
  await world.acks("stock=", '{"action":"ack"}');
  expect(world.take("json=").map((text) => JSON.parse(text))).toMatchObject([
    { type: "error", code: "bad_request" },
  ]);
  expect(world.gone.has("json=")).toBe(false);
  expect(world.gone.has("stock=")).toBe(true);
});

test("an event whose name is a number reaches JSON clients as text", async () => {
  world = await World.of(app);
  await world.open("json=", {}, "json");
  world.take("json=");
  await world.frames("json=", '{"action":"emit","event":"name"}');
  expect(JSON.parse(world.take("json=")[0] as string)).toMatchObject({ event: "5", args: ["x"] });
});

test("joining and leaving an empty list of rooms changes nothing", async () => {
  world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("none", async (answer) => {
        await socket.join([]);
        io.socketsJoin([]);
        io.socketsLeave([]);
        answer();
      });
    });
  });
  await world.connect("a=");
  world.take("a=");
  expect(await world.frames("a=", '421["none"]')).toBe(1);
  expect(world.take("a=")).toEqual(["431[]"]);
  expect(errors).not.toHaveBeenCalled();
});

test("of a packet that does not fit nothing is sent, and no half", async () => {
  const posted: number[] = [];
  const poster = {
    post(_: string, { bytes }: { bytes: Uint8Array }, done: (status: number) => void) {
      posted.push(bytes.byteLength);
      done(200);
    },
  };
  const delivery = new ManagementDelivery(poster, {} as never);
  const frames = ["x".repeat(100), "y".repeat(140_000)].map(createFrame);
  expect(await delivery.send("a=", frames)).toBe("failed");
  expect(posted).toEqual([]);
});

test("a container keeps nothing of sockets that have ended", async () => {
  let io: Server | undefined;
  world = await World.of((server) => {
    app(server);
    io = server;
  });
  await world.connect("a=");
  await world.frames("a=", '42["join","r"]', "41");
  expect(adapterOf((io as unknown as Server).of("/")).memberships.endedSockets.size).toBe(0);
});
