import type { Server } from "socket.io";
import { World } from "../support/world";

/** What an application keeps on the sockets of a connection, and what becomes of a connection that cannot keep it. */

let world: World;
const warnings = jest.spyOn(console, "warn");
beforeEach(() => warnings.mockReset().mockImplementation());
afterEach(() => world?.close());

const app = (io: Server) => {
  const keep = (socket: { data: Record<string, unknown> }, length: number) => {
    socket.data.text = "x".repeat(length);
  };
  io.of("/other").on("connection", (socket) => {
    socket.on("keep", (length, ack) => {
      keep(socket, length);
      ack("kept");
    });
  });
  io.on("connection", (socket) => {
    socket.on("keep", (length, ack) => {
      keep(socket, length);
      ack("kept");
    });
    socket.on("property", (length, ack) => {
      (socket as unknown as { own: string }).own = "x".repeat(length);
      ack("kept");
    });
    socket.on("shared", (length, ack) => {
      (socket.request as unknown as { session: object }).session = { text: "x".repeat(length) };
      ack("kept");
    });
    socket.on("quiet", (length) => keep(socket, length));
    socket.on("length", (ack) => ack((socket.data.text as string | undefined)?.length));
    socket.on("disconnect", (reason) => io.emit("left", reason));
  });
};

async function start(stateBytes?: number) {
  world = await World.of(app);
  if (stateBytes !== undefined) world.limits = { stateBytes };
  await world.connect("other=");
  await world.connect("c=");
  world.take("c=");
  world.take("other=");
}

/** The connection has ended, its client heard no ack, others heard of its end, and the log says why. */
async function expectEnd() {
  expect(world.take("c=")).toEqual(["41"]);
  expect(world.gone.has("c=")).toBe(true);
  expect(await world.table.store.load("c=")).toBeUndefined();
  expect(world.events("other=")).toEqual([["left", "server namespace disconnect"]]);
  const said =
    /^A client was cut off: its sockets' state cannot be saved. (Expected at most|Cannot store)/;
  expect(warnings).toHaveBeenCalledWith({
    message: expect.stringMatching(said),
    connectionId: "c=",
  });
}

test("what the table can hold is kept and acknowledged", async () => {
  await start();
  await world.frames("c=", '421["keep",390000]');
  expect(world.take("c=")).toEqual(['431["kept"]']);
  await world.frames("c=", '423["length"]');
  expect(world.take("c=")).toEqual(["433[390000]"]);
});

test.each(["keep", "property", "shared"])(
  "%s: a state that cannot be saved ends the connection before the ack",
  async (event) => {
    await start();
    await world.frames("c=", `422["${event}",410000]`, '423["length"]');
    await expectEnd();
  },
);

test("data, own properties and what sockets share count together", async () => {
  await start(3000);
  await world.frames("c=", '421["keep",1000]');
  await world.frames("c=", '422["property",1000]');
  expect(world.take("c=")).toEqual(['431["kept"]', '432["kept"]']);
  await world.frames("c=", '423["shared",1000]');
  await expectEnd();
});

test("the sockets of a connection count together", async () => {
  await start(3000);
  await world.join("c=", "/other");
  await world.frames("c=", '42/other,1["keep",2000]');
  world.take("c=");
  await world.frames("c=", '421["keep",2000]');
  expect(world.take("c=")).toEqual(expect.not.arrayContaining(['431["kept"]']));
  expect(world.gone.has("c=")).toBe(true);
});

test("an event without an ack ends the connection too, and what follows it is not handled", async () => {
  await start(3000);
  await world.frames("c=", '42["quiet",4000]', '421["length"]');
  await expectEnd();
});

test.each([4000, 410_000])("a connection handler that keeps %i bytes ends it", async (length) => {
  jest.spyOn(console, "error").mockImplementation();
  world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.data.text = "x".repeat(length);
      socket.on("length", (ack) => ack(length));
    });
  });
  if (length < 10_000) world.limits = { stateBytes: 3000 };
  await world.connect("c=");
  expect(world.take("c=").at(-1)).toBe("41");
  expect(world.gone.has("c=")).toBe(true);
  expect(await world.table.store.load("c=")).toBeUndefined();
  const all = await world.table.memberships();
  expect(all.filter(({ connectionId }) => connectionId === "c=")).toEqual([]);
});

test("a JSON client is told why", async () => {
  await start(3000);
  await world.open("j=", {}, "json");
  world.take("j=");
  const action = { action: "emit", event: "keep", args: [4000], id: 1 };
  await world.frames("j=", JSON.stringify(action));
  const [told] = world.take("j=").map((frame) => JSON.parse(frame));
  expect(told).toMatchObject({ type: "error", code: "state_too_large" });
  expect(told.message).toMatch(/at most 3000 bytes .* the connection is closed$/);
  expect(world.gone.has("j=")).toBe(true);
});

test("a state that the table refuses after all ends the connection", async () => {
  await start();
  jest
    .spyOn(world.table.store, "saveState")
    .mockRejectedValueOnce(new RangeError("Cannot store: expected what DynamoDB can hold"));
  await world.frames("c=", '42["quiet",10]');
  await expectEnd();
});
