import type { Server, Socket } from "socket.io";
import { skipTime } from "../support/skip-time";
import { World } from "../support/world";

async function start(setup: (io: Server) => void): Promise<World> {
  world = await World.of(setup);
  return world;
}

let world: World;
const errors = jest.spyOn(console, "error");
beforeEach(() => {
  errors.mockReset();
});
afterEach(() => world.close());

const events = (id: string) => world.events(id);

describe("a connection's life", () => {
  test("opens with all five fields of the Engine.IO handshake", async () => {
    const world = await start(() => {});
    await world.open("a=");
    const [frame] = world.take("a=") as [string];
    expect(frame[0]).toBe("0");
    const open = JSON.parse(frame.slice(1));
    expect(open).toEqual({
      sid: "a=",
      upgrades: [],
      pingInterval: expect.any(Number),
      pingTimeout: expect.any(Number),
      maxPayload: expect.any(Number),
    });
    expect(open.pingInterval + open.pingTimeout).toBeLessThan(2 ** 31);
  });

  test("answers CONNECT with a socket id and without a private id", async () => {
    const world = await start(() => {});
    await world.open("a=");
    world.take("a=");
    await world.frames("a=", "40");
    const [reply] = world.take("a=") as [string];
    expect(JSON.parse(reply.slice(2))).toEqual({ sid: expect.stringMatching(/^[\w-]{20}$/) });
  });

  test("refuses an unknown namespace and keeps the connection", async () => {
    const world = await start(() => {});
    await world.connect("a=");
    world.take("a=");
    await world.frames("a=", "40/x,");
    expect(world.take("a=")).toEqual(['44/x,{"message":"Invalid namespace"}']);
    expect(world.gone.has("a=")).toBe(false);
  });

  test("leaves nothing in the table", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.join(["a", "b"]);
      });
      io.of("/chat").on("connection", (socket) => {
        socket.join("c");
      });
    });
    await world.connect("a=");
    await world.join("a=", "/chat");
    expect(await world.table.size()).toBe(1 + 4 + 3 + 3);
    await world.end("a=");
    expect(await world.table.size()).toBe(0);
  });

  test("tells the application its end once, with rooms first and without them then", async () => {
    const seen: unknown[] = [];
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.join("room");
        socket.on("disconnecting", (reason) => seen.push([reason, [...socket.rooms]]));
        socket.on("disconnect", (reason) => seen.push([reason, [...socket.rooms]]));
      });
    });
    const id = await world.connect("a=");
    await world.end("a=");
    await world.end("a=");
    expect(seen).toEqual([
      ["transport close", [id, "room"]],
      ["transport close", []],
    ]);
    expect(await world.table.size()).toBe(0);
  });

  test.each([
    ["an event for a namespace that it has not joined", '42/chat,["x"]'],
    ["a second CONNECT", "40"],
    ["an unknown packet type", "49"],
    ["a reserved event name", '42["disconnect"]'],
    ["text that is not a packet", "{}"],
    ["an empty frame", ""],
    ["a ping", "2"],
  ])("is closed by %s", async (_, frame) => {
    const reasons: string[] = [];
    const world = await start((io) => {
      io.of("/chat");
      io.on("connection", (socket) => {
        socket.on("disconnect", (reason) => reasons.push(reason));
      });
    });
    await world.connect("a=");
    await world.frames("a=", frame);
    expect(world.gone.has("a=")).toBe(true);
    expect(reasons).toHaveLength(1);
    expect(await world.table.size()).toBe(0);
  });

  test.each(["3", "1", "6"])("ignores Engine.IO packet %s", async (frame) => {
    const world = await start(() => {});
    await world.connect("a=");
    world.take("a=");
    await world.frames("a=", frame);
    expect(world.take("a=")).toEqual([]);
    expect(world.gone.has("a=")).toBe(false);
  });
});

describe("replay", () => {
  test("does what the connection handler does once, at the real connect", async () => {
    let middlewares = 0;
    const world = await start((io) => {
      io.use((_, next) => {
        middlewares++;
        next();
      });
      io.on("connection", async (socket) => {
        socket.emit("hello");
        io.emit("news");
        socket.join("lobby");
        socket.data.connects = (socket.data.connects ?? 0) + 1;
        await null;
        socket.emit("later");
        socket.on("ask", (answer) => answer(socket.recovered, socket.data, [...socket.rooms]));
      });
    });
    const id = await world.connect("a=");
    expect(events("a=")).toEqual([["hello"], ["news"], ["later"]]);
    await world.frames("a=", '421["ask"]');
    await world.frames("a=", '422["ask"]');
    const rooms = expect.arrayContaining([id, "lobby"]);
    const answers = world.take("a=").map((frame) => JSON.parse(frame.slice(3)));
    expect(answers).toEqual([
      [false, { connects: 1 }, rooms],
      [false, { connects: 1 }, rooms],
    ]);
    expect(middlewares).toBe(1);
  });

  test("waits for listeners that are registered after an await", async () => {
    const world = await start((io) => {
      io.on("connection", async (socket) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        socket.on("late", () => socket.emit("heard"));
      });
    });
    await world.connect("a=");
    await world.emit("a=", "late");
    expect(events("a=")).toEqual([["heard"]]);
  });

  test("keeps what listeners write to socket.data, also through a kept reference", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        const { data } = socket;
        data.count ??= 0;
        socket.on("count", () => {
          data.count++;
          socket.emit("is", socket.data.count);
        });
      });
    });
    await world.connect("a=");
    for (let i = 0; i < 3; i++) await world.emit("a=", "count");
    expect(events("a=")).toEqual([
      ["is", 1],
      ["is", 2],
      ["is", 3],
    ]);
  });

  test("keeps properties that the application hangs on the socket", async () => {
    const world = await start((io) => {
      io.use((socket, next) => {
        (socket as unknown as { user: object }).user = { name: "Ada" };
        next();
      });
      io.on("connection", (socket: Socket & { user?: object; username?: string }) => {
        socket.on("name", (name) => {
          socket.username = name;
        });
        socket.on("who", () => socket.emit("is", socket.user, socket.username));
      });
    });
    await world.connect("a=");
    await world.emit("a=", "name", "ada");
    await world.emit("a=", "who");
    expect(events("a=")).toEqual([["is", { name: "Ada" }, "ada"]]);
  });

  test("does not repeat a disconnect, and a question only holds it up for a moment", async () => {
    const world = await start((io) => {
      io.on("connection", async (socket) => {
        socket.on("x", () => socket.emit("still here"));
        if (socket.recovered) socket.disconnect(true);
        if (socket.recovered) await socket.emitWithAck("question");
      });
    });
    await world.connect("a=");
    await world.emit("a=", "x");
    expect(events("a=").at(-1)).toEqual(["still here"]);
    expect(world.gone.has("a=")).toBe(false);
  });

  test("keeps consumed and removed listeners away", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        const said = (text: string) => () => socket.emit("said", text);
        const removable = said("removable");
        socket.once("x", said("once"));
        socket.on("x", removable);
        socket.on("x", said("always"));
        socket.on("remove", () => socket.off("x", removable));
        socket.onAny((event) => event === "x" && socket.emit("any"));
      });
    });
    await world.connect("a=");
    await world.frames("a=", '42["x"]', '42["x"]');
    await world.emit("a=", "x");
    await world.emit("a=", "remove");
    await world.emit("a=", "x");
    const [any, removable, always] = [["any"], ["said", "removable"], ["said", "always"]];
    expect(events("a=")).toEqual([
      any,
      ["said", "once"],
      removable,
      always,
      ...[any, removable, always],
      ...[any, removable, always],
      ...[any, always],
    ]);
  });

  test("puts a binary packet together whose attachments come in later batches", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.on("bytes", (a: Buffer, b: Buffer) => socket.emit("got", `${a}${b}`));
      });
    });
    await world.connect("a=");
    const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
    await world.frames("a=", `452-["bytes",${placeholders}]`);
    await world.frames("a=", `b${Buffer.from("he").toString("base64")}`);
    await world.frames("a=", `b${Buffer.from("llo").toString("base64")}`, '42["other"]');
    await world.emit("a=", "other");
    expect(events("a=")).toEqual([["got", "hello"]]);
  });

  test("text where an attachment is due closes the connection", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.on("disconnect", () => {});
      });
    });
    await world.connect("a=");
    await world.frames("a=", '451-["bytes",{"_placeholder":true,"num":0}]');
    await world.frames("a=", '42["x"]');
    expect(world.gone.has("a=")).toBe(true);
    expect(await world.table.size()).toBe(0);
  });

  test("restores the handshake", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("ask", (answer) => answer(socket.handshake, socket.request.headers));
      });
    });
    await world.connect("a=", "/", { token: "t" });
    await world.frames("a=", '421["ask"]');
    const [handshake, headers] = JSON.parse((world.take("a=").at(-1) as string).slice(3));
    expect(handshake).toMatchObject({
      auth: { token: "t" },
      query: { EIO: "4" },
      address: "203.0.113.7",
      headers: { cookie: "a=1" },
      secure: true,
      issued: expect.any(Number),
    });
    expect(headers).toEqual(handshake.headers);
  });

  test("finds a dynamic namespace again without asking its matcher", async () => {
    let asked = 0;
    const world = await start((io) => {
      const parent = io.of((name, _auth, next) => {
        asked++;
        next(null, name.startsWith("/team-"));
      });
      parent.on("connection", (socket) => {
        socket.on("x", () => socket.emit("in", socket.nsp.name));
      });
    });
    await world.connect("a=", "/team-7");
    await world.frames("a=", '42/team-7,["x"]');
    expect(world.take("a=").at(-1)).toBe('42/team-7,["in","/team-7"]');
    expect(asked).toBe(1);
  });
});

describe("completion", () => {
  test("performs effects in program order without any await", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("go", (room) => {
          socket.join(room);
          io.to(room).emit("in");
          socket.leave(room);
          io.to(room).emit("out");
          socket.emit("end");
        });
      });
    });
    await world.connect("a=");
    await world.emit("a=", "go", "r");
    expect(events("a=")).toEqual([["in"], ["end"]]);
  });

  test("waits for async listeners before the next frame of the connection", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("slow", async (n) => {
          await new Promise((resolve) => setTimeout(resolve, 20 - n));
          socket.emit("done", n);
        });
      });
    });
    await world.connect("a=");
    await world.frames("a=", '42["slow",1]', '42["slow",15]', '42["slow",2]');
    expect(events("a=")).toEqual([
      ["done", 1],
      ["done", 15],
      ["done", 2],
    ]);
  });

  test("logs a throwing listener and lets the others go on", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("x", () => {
          throw new Error("sync failure");
        });
        socket.on("x", async () => {
          throw new Error("async failure");
        });
        socket.on("x", () => socket.emit("fine"));
      });
    });
    await world.connect("a=");
    expect(await world.frames("a=", '42["x"]', '42["x"]')).toBe(2);
    expect(events("a=")).toEqual([["fine"], ["fine"]]);
    const logged = JSON.stringify(errors.mock.calls);
    expect(logged).toContain("sync failure");
    expect(logged).toContain("async failure");
  });

  test("waits no longer than the invocation has", async () => {
    jest.spyOn(console, "warn").mockImplementation();
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("never", () => new Promise(() => {}));
      });
    });
    await world.connect("a=");
    world.patienceMs = 2000;
    expect(await skipTime(() => world.emit("a=", "never"))).toBe(1);
  });

  test("delivers an event again when the table fails under it", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("x", () => {
          socket.join("room");
        });
      });
    });
    await world.connect("a=");
    jest.spyOn(world.table.store, "join").mockRejectedValueOnce(new Error("throttled"));
    expect(await world.frames("a=", '42["y"]', '42["x"]', '42["y"]')).toBe(1);
    expect(await world.frames("a=", '42["x"]')).toBe(1);
  });

  test("a room that cannot be one is the application's mistake: logged, not delivered again", async () => {
    await start((io) => {
      io.on("connection", (socket) => {
        socket.on("x", (room) => {
          io.emit("before");
          socket.join(room);
          io.to(room).emit("nobody");
          io.emit("after");
        });
      });
    });
    await world.connect("a=");
    expect(await world.emit("a=", "x", "r".repeat(3000))).toBe(1);
    expect(await world.emit("a=", "x")).toBe(1);
    expect(events("a=")).toEqual([["before"], ["after"], ["before"], ["after"]]);
    expect(JSON.stringify(errors.mock.calls)).toContain("expected a string or a number");
  });

  test("a namespace with an endless name is invalid", async () => {
    await start((io) => {
      io.of(/./);
    });
    await world.open("a=");
    await world.frames("a=", `40/${"n".repeat(3000)},`);
    expect(world.take("a=").at(-1)).toContain("Invalid namespace");
  });

  test("refuses a client whose middleware throws, and leaves nothing of it", async () => {
    const world = await start((io) => {
      io.use((socket) => {
        socket.join("secret");
        throw new Error("boom");
      });
    });
    await world.connect("a=");
    expect(world.take("a=").at(-1)).toBe('44{"message":"internal error"}');
    expect(await world.table.size()).toBe(1);
  });
});

describe("a gone connection", () => {
  test("ends when a post to it is answered 410", async () => {
    const reasons: string[] = [];
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.on("x", () => socket.emit("y"));
        socket.on("disconnect", (reason) => reasons.push(reason));
      });
    });
    await world.connect("a=");
    world.gone.add("a=");
    await world.emit("a=", "x");
    expect(reasons).toEqual(["transport close"]);
    expect(await world.table.size()).toBe(0);
  });

  test("is reported by a broadcast, ended by its own lane, and forgotten if nothing else is left", async () => {
    const world = await start((io) => {
      io.on("connection", (socket) => {
        socket.join("room");
        socket.on("shout", () => io.to("room").emit("hey"));
      });
    });
    await world.connect("a=");
    const gone = await world.connect("b=");
    world.gone.add("b=");
    await world.emit("a=", "shout");
    expect(events("a=")).toEqual([["hey"]]);
    const member = { connectionId: "b=", socketId: gone, namespace: "/", room: "room" };
    expect(world.reported).toEqual([member]);
    await world.end("b=", { type: "gone", member });
    await world.end("b=", { type: "gone", member });
    expect(await world.table.size()).toBe(5);
  });

  test("goes on if it can be reached after all", async () => {
    const world = await start(() => {});
    const socketId = await world.connect("a=");
    const member = { connectionId: "a=", socketId, namespace: "/" };
    await world.end("a=", { type: "gone", member });
    expect(await world.table.size()).toBe(3);
  });
});

test("refuses to host a value that is not a Socket.IO server", async () => {
  const broken = await World.start(() => undefined as unknown as Server);
  await expect(broken.open("a=")).rejects.toThrow(
    "expected it to export `io`, a Server of socket.io, got undefined",
  );
  world = broken;
});
