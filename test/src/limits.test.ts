import type { Server } from "socket.io";
import { managedRooms } from "../../managed";
import { RateLimiter } from "../../src/host/rate-limiter";
import { handleFrame } from "../../src/lanes/consume";
import { checkConnectionLimits, readConnectionLimits } from "../../src/settings/connection-limits";
import { readOrigins } from "../../src/settings/origins";
import { createUpgradeRequest } from "../../src/upgrade/request";
import { World } from "../support/world";

let world: World;
const warnings = jest.spyOn(console, "warn");
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  warnings.mockReset();
  errors.mockReset();
});
afterEach(() => world?.close());

const rates = { framesPerSecond: 100, bytesPerSecond: 1000, burstSeconds: 10 };

describe("the rate of a client", () => {
  test("lets through what comes at its rate, for ever", () => {
    const limiter = new RateLimiter(rates);
    for (let n = 0; n < 5000; n++) expect(limiter.tryTake(n * 10, 0)).toBe(true);
    expect(limiter.toKeep).toBeUndefined();
  });

  test("lets through a burst and not more", () => {
    const limiter = new RateLimiter(rates);
    const counted = Array.from({ length: 1001 }, () => limiter.tryTake(0, 0));
    expect(counted.filter(Boolean)).toHaveLength(1000);
    expect(counted.at(-1)).toBe(false);
  });

  test("counts bytes too", () => {
    const limiter = new RateLimiter(rates);
    expect(limiter.tryTake(0, 9000)).toBe(true);
    expect(limiter.tryTake(0, 1000)).toBe(false);
  });

  test("goes on where an earlier invocation has ended", () => {
    const first = new RateLimiter(rates);
    for (let n = 0; n < 900; n++) first.tryTake(0, 0);
    expect(first.toKeep).toBe(9000);
    const second = new RateLimiter(rates, first.toKeep);
    const counted = Array.from({ length: 101 }, () => second.tryTake(0, 0));
    expect(counted.filter(Boolean)).toHaveLength(100);
    expect(new RateLimiter(rates, first.toKeep).tryTake(9000, 0)).toBe(true);
  });

  test("causes no write for a few frames at once", () => {
    const limiter = new RateLimiter(rates);
    for (let n = 0; n < 5; n++) limiter.tryTake(0, 0);
    expect(limiter.toKeep).toBeUndefined();
  });
});

describe("a client that sends too fast", () => {
  const setup = (io: Server) => {
    io.on("connection", (socket) => {
      socket.join("room");
      socket.on("count", () => io.to("room").emit("counted"));
      socket.on("disconnect", (reason) => io.emit("left", reason));
    });
  };
  const flood = (id: string, frame: string) =>
    world.frames(id, ...Array.from({ length: 10 }, () => frame));

  test("is cut off over several batches, and others are not", async () => {
    world = await World.of(setup);
    world.limits = { framesPerSecond: 10, burstSeconds: 2 };
    // However long the batches take, they come at once.
    const clock = jest.spyOn(Date, "now").mockReturnValue(Date.now());
    await world.connect("slow=");
    await world.connect("fast=");
    for (let batch = 0; batch < 3 && !world.gone.has("fast="); batch++) {
      await flood("fast=", '42["count"]');
    }
    expect(world.gone.has("fast=")).toBe(true);
    expect(world.take("fast=").at(-1)).toBe("41");
    expect(world.gone.has("slow=")).toBe(false);
    clock.mockRestore();
    // 20 in a burst, of which the CONNECT was one, and that the client has left.
    const heard = world.events("slow=");
    expect(heard).toHaveLength(20);
    expect(heard.at(-1)).toEqual(["left", "server namespace disconnect"]);
    expect(await world.table.store.load("fast=")).toBeUndefined();
    const message = "A client was cut off: it sends too fast";
    const said = { message, connectionId: "fast=" };
    expect(warnings).toHaveBeenCalledWith(said);
  });

  test("is told why if it speaks JSON", async () => {
    world = await World.of(setup);
    world.limits = { framesPerSecond: 1, burstSeconds: 3 };
    await world.open("fast=", {}, "json");
    await flood("fast=", '{"action":"ping"}');
    const frames = world.take("fast=").map((frame) => JSON.parse(frame));
    expect(frames).toContainEqual({
      type: "error",
      code: "too_fast",
      message:
        "Expected at most 1 frames and 500000 bytes a second, got more; the connection is closed",
    });
    expect(world.gone.has("fast=")).toBe(true);
  });

  test("is not charged for what the lane delivers again", async () => {
    world = await World.of(setup);
    world.limits = { framesPerSecond: 1, burstSeconds: 3 };
    await world.connect("a=");
    for (let n = 0; n < 5; n++) await world.again("a=", '42["count"]');
    expect(world.gone.has("a=")).toBe(false);
  });

  test("is cut off by unexpected acks", async () => {
    world = await World.of(setup);
    world.limits = { framesPerSecond: 1, burstSeconds: 3 };
    await world.connect("a=");
    await world.acks("a=", ...Array.from({ length: 10 }, (_, n) => `43${n}[]`));
    expect(world.gone.has("a=")).toBe(true);
  });
});

describe("pongs", () => {
  const at = 1_000_000;
  const pong = (n: number) =>
    ({
      type: "frame",
      connectionId: "a=",
      requestId: `p${n}`,
      at,
      body: "Mw==",
      weight: 5,
    }) as const;
  const pongs = (count: number) => Array.from({ length: count }, (_, n) => pong(n));

  test("that come at their pace restore no socket", async () => {
    let handlers = 0;
    world = await World.of((io) => void io.on("connection", () => void handlers++));
    await world.connect("a=");
    handlers = 0;
    expect(await world.handle("a=", [{ ...pong(0), at: Date.now() }])).toBe(1);
    expect(handlers).toBe(0);
  });

  test("that come at their pace run no middleware of the upgrade again, and what comes with them does", async () => {
    const users: unknown[] = [];
    world = await World.of(
      (io) => void io.on("connection", ({ request }) => void users.push(Object(request).user)),
    );
    let restored = 0;
    world.restoreRequest = async (handshake) => {
      restored++;
      const request = Object.assign(createUpgradeRequest(handshake), { user: "anne" });
      return { request, put: new Map() };
    };
    await world.connect("a=");
    [restored, users.length] = [0, 0];
    const late = { ...pong(0), at: Date.now() };
    expect(await world.handle("a=", [late])).toBe(1);
    expect({ restored, users }).toEqual({ restored: 0, users: [] });
    const { weight, ...message } = { ...late, body: Buffer.from('42["a"]').toString("base64") };
    expect(await world.handle("a=", [late, message])).toBe(2);
    expect({ restored, users }).toEqual({ restored: 1, users: ["anne"] });
  });

  test("that come too fast cut their client off, over several batches", async () => {
    world = await World.of((io) => void io.on("connection", () => {}));
    // However low the rate: twenty of the sample fill a burst.
    world.limits = { framesPerSecond: 1, burstSeconds: 3 };
    await world.connect("a=");
    await world.connect("b=");
    world.take("a=");
    const now = Date.now() + 60_000;
    const late = pongs(10).map((one) => ({ ...one, at: now }));
    for (let batch = 0; batch < 2; batch++) expect(await world.handle("a=", late)).toBe(10);
    expect(world.gone.has("a=")).toBe(false);
    await world.handle("a=", late);
    expect(world.take("a=")).toEqual(["41"]);
    expect([world.gone.has("a="), world.gone.has("b=")]).toEqual([true, false]);
  });

  test("without lanes are counted too", async () => {
    const seen: unknown[] = [];
    const consumer = { handle: async (_: string, events: readonly unknown[]) => seen.push(events) };
    for (const requestId of ["q1KVgTUUFet-Fd0=", "q1KVg7UUFet-Fd0="]) {
      const requestContext = { connectionId: "a=", requestId, requestTimeEpoch: at };
      await handleFrame(consumer, { body: "3", requestContext }, Date.now() + 1000);
    }
    expect(seen).toEqual([[{ ...pong(0), requestId: "q1KVg7UUFet-Fd0=" }]]);
  });
});

describe("a client whose messages reach many", () => {
  const members = 20;
  const setup = (io: Server) => {
    io.on("connection", (socket) => {
      socket.join("room");
      socket.on("say", (text) => io.to("room").emit("said", text));
      socket.on("self", () => socket.emit("answer"));
      socket.on("disconnecting", () => io.to("room").emit("left", socket.id));
    });
  };
  // Each message to the room takes ten seconds of its sender's rate, of which a burst holds fifteen.
  const limits = { deliveriesPerSecond: 2, burstSeconds: 15, framesPerSecond: 1000 };

  async function fill(world: World) {
    world.limits = limits;
    for (let n = 0; n < members; n++) await world.connect(`m${n}=`);
  }

  test("is cut off before a third message is sent, and others hear that it left", async () => {
    world = await World.of(setup);
    await fill(world);
    for (let n = 0; n < 3; n++) await world.emit("m0=", "say", n);
    expect(world.events("m1=").map((event) => (event as unknown[])[1])).toEqual([
      0,
      1,
      expect.any(String),
    ]);
    expect([world.gone.has("m0="), world.gone.has("m1=")]).toEqual([true, false]);
    const [{ error }] = errors.mock.calls[0] as [{ error: string }];
    expect(error).toContain(
      "Cannot broadcast: expected at most 2 deliveries of its messages a second, got more; its client is cut off",
    );
  });

  test("is charged once for each 32 KB", async () => {
    world = await World.of(setup);
    await fill(world);
    await world.emit("m0=", "say", "x".repeat(33_000));
    await world.emit("m0=", "say", "again");
    expect(world.events("m1=")).toHaveLength(2);
    expect(world.gone.has("m0=")).toBe(true);
  });

  test("is still answered by itself, also where its answers are logged", async () => {
    world = await World.of(setup, { connectionStateRecovery: {} });
    await fill(world);
    for (let n = 0; n < 2; n++) await world.emit("m0=", "say", n);
    world.take("m0=");
    await world.emit("m0=", "self");
    expect(world.events("m0=")).toEqual([["answer", expect.any(String)]]);
    expect(world.gone.has("m0=")).toBe(false);
  });

  test("is told to wait where rooms are managed, and stays", async () => {
    world = await World.of((io) => managedRooms(io.of("/"), { access: "open" }));
    world.limits = limits;
    for (let n = 0; n < members; n++) {
      await world.open(`m${n}=`, {}, "json");
      await world.frames(`m${n}=`, '{"action":"join","room":"room"}');
    }
    const send = (id: number) =>
      world.frames(
        "m0=",
        JSON.stringify({ action: "send", room: "room", event: "e", args: [], id }),
      );
    for (let n = 0; n < 3; n++) {
      world.take("m0=");
      await send(n);
    }
    const answers = world.take("m0=").map((frame) => JSON.parse(frame));
    expect(answers).toEqual([
      {
        ...{ type: "error", code: "too_fast", id: 2, namespace: "/" },
        message: expect.stringMatching(
          /^Cannot send: expected messages to fewer recipients in this time, got more; wait \d+ ms$/,
        ),
      },
    ]);
    expect(world.gone.has("m0=")).toBe(false);
  });
});

describe("other limits of a connection", () => {
  test("one namespace too many is refused as by a middleware", async () => {
    world = await World.of((io) => void io.of(/.*/));
    world.limits = { namespaces: 2 };
    await world.connect("a=", "/1");
    await world.join("a=", "/2");
    world.take("a=");
    await world.join("a=", "/3");
    expect(world.take("a=")).toEqual([
      '44/3,{"message":"Expected at most 2 namespaces for a connection, got one more"}',
    ]);
    await world.frames("a=", "41/1,");
    expect(await world.join("a=", "/3")).not.toBe("");
  });

  test("one room too many is thrown at the application, and nothing is joined", async () => {
    world = await World.of((io) => {
      io.on("connection", (socket) => {
        socket.join(["a", "b"]);
        socket.on("more", () => {
          socket.join("b");
          socket.join("c");
        });
        socket.on("rooms", (answer) => answer(socket.rooms.size));
      });
    });
    world.limits = { rooms: 2 };
    await world.connect("a=");
    await world.emit("a=", "more");
    const [{ error }] = errors.mock.calls[0] as [{ error: string }];
    expect(error).toContain("Cannot join: expected at most 2 rooms for a socket, got 3");
    world.take("a=");
    await world.frames("a=", '421["rooms"]');
    expect(world.take("a=")).toEqual(["431[3]"]);
  });

  test.each([
    ["a name that is too long", { roomNameBytes: 9 }, "expected at most 9 bytes for a room's name"],
    [
      "names that are too long together",
      { roomBytes: 25 },
      "expected at most 25 bytes for the names of a connection's rooms, got 31",
    ],
  ])("%s is thrown at the application, and nothing is joined", async (_, limits, message) => {
    world = await World.of((io) => {
      io.of("/other").on("connection", (socket) => void socket.join("x".repeat(9)));
      io.on("connection", (socket) => {
        socket.join("y".repeat(9));
        socket.on("more", () => void socket.join(["z", "é".repeat(6)].map((it) => it.slice(0, 6))));
        socket.on("rooms", (answer) => answer(socket.rooms.size));
      });
    });
    world.limits = limits;
    await world.connect("a=", "/other");
    await world.join("a=");
    await world.emit("a=", "more");
    const [{ error }] = errors.mock.calls[0] as [{ error: string }];
    expect(error).toContain(`Cannot join: ${message}`);
    world.take("a=");
    await world.frames("a=", '421["rooms"]');
    expect(world.take("a=")).toEqual(["431[2]"]);
  });

  test.each([
    ["auth", { authBytes: 60 }, "60 bytes for the auth of a connection's sockets, got 74"],
    ["names", { namespaceBytes: 9 }, "9 bytes for the names of a connection's namespaces, got 10"],
  ])("more %s than is kept is refused as by a middleware", async (_, limits, message) => {
    world = await World.of((io) => void io.of(/.*/));
    world.limits = limits;
    const auth = { token: "x".repeat(25) };
    await world.connect("a=", "/1234", auth);
    world.take("a=");
    expect(await world.join("a=", "/5678", auth)).toBe("");
    expect(world.take("a=")).toEqual([`44/5678,{"message":"Expected at most ${message}"}`]);
    await world.frames("a=", "41/1234,");
    expect(await world.join("a=", "/5678", auth)).not.toBe("");
  });

  const header = `453-["x",${[0, 1, 2].map((num) => `{"_placeholder":true,"num":${num}}`)}]`;
  const most = header.length + 5;
  test.each([
    ["frames", { pendingFrames: 2 }, "2 frames for a packet with attachments, got one more"],
    [
      "bytes",
      { pendingBytes: most },
      `${most} bytes for a packet with attachments, got ${most + 5}`,
    ],
  ])("a packet of too many %s that does not end is cut off", async (_, limits, message) => {
    world = await World.of(() => {});
    world.limits = limits;
    await world.connect("a=");
    await world.frames("a=", header, "bAQID");
    expect(world.gone.has("a=")).toBe(false);
    await world.frames("a=", "bAQID");
    expect(world.gone.has("a=")).toBe(true);
    const what = `it does not end a packet. Expected at most ${message}`;
    const said = { message: `A client was cut off: ${what}`, connectionId: "a=" };
    expect(warnings).toHaveBeenCalledWith(said);
  });

  test("one ack too many is not waited for", async () => {
    world = await World.of((io) => {
      io.on("connection", (socket) => {
        socket.on("ask", () => {
          for (let n = 0; n < 3; n++) socket.timeout(50).emit("question", n, () => {});
        });
      });
    });
    world.limits = { pendingAcks: 2 };
    await world.connect("a=");
    await world.emit("a=", "ask");
    expect(errors).toHaveBeenCalledTimes(1);
    const [{ error }] = errors.mock.calls[0] as [{ error: string }];
    expect(error).toContain("expected at most 2 at a time, got one more");
  });
});

test("limits are checked by name and value", () => {
  expect(() => checkConnectionLimits({ framesPerSecond: 0 })).toThrow(
    "Cannot limit connections: expected framesPerSecond above 0, got 0",
  );
  expect(() => checkConnectionLimits({ frames: 1 } as object)).toThrow("got `frames`");
  expect(() => checkConnectionLimits({ stateBytes: 400 * 1024 })).toThrow(
    "expected stateBytes of at most 393216, which is what the table can hold, got 409600",
  );
  expect(readConnectionLimits('{"rooms":5}')).toMatchObject({ rooms: 5, namespaces: 50 });
});

describe("origins", () => {
  test.each([
    [undefined, "https://evil.example", true],
    ["https://a.example", "https://a.example", true],
    ["https://a.example", "HTTPS://A.example", true],
    ["https://a.example", "http://a.example", false],
    ["https://a.example", "https://a.example.evil", false],
    ["https://a.example", "https://axexample", false],
    ["https://b.example https://a.example:8443", "https://a.example:8443", true],
    ["https://*.a.example", "https://x.y.a.example", true],
    ["https://*.a.example", "https://a.example", false],
    ["https://*.a.example", "https://evil/.a.example", false],
    ["none", "https://a.example", false],
    ["https://a.example", "null", false],
  ])("%s lets %s in: %s", (allowed, origin, isIn) => {
    expect(readOrigins(allowed)(origin)).toBe(isIn);
  });
});
