import type { Server, Socket } from "socket.io";
import { FakeMemory } from "../support/fake-memory";
import { World } from "../support/world";

/** What the host of `ordering: "application"` asks of a memory, played with a small one. */

type Setup = (io: Server, memory: FakeMemory) => void;

async function start(residence: "fresh" | "warm", setup: Setup): Promise<World> {
  let memory: FakeMemory;
  const world = await World.of((io) => setup(io, memory));
  world.residence = residence;
  world.startMemory = (host) => {
    memory = new FakeMemory(host);
    return memory;
  };
  return world;
}

describe.each(["fresh", "warm"] as const)("with %s containers", (residence) => {
  test("variables of the application outlive a batch", async () => {
    const world = await start(residence, (io, memory) => {
      let users: Record<string, string> = {};
      memory.cell(
        "users",
        () => users,
        (value) => (users = value),
      );
      io.on("connection", (socket) => {
        users[socket.id] = "new";
        socket.on("name", (name: string) => {
          users[socket.id] = name;
          io.emit("users", Object.values(users));
        });
        socket.on("disconnect", () => {
          delete users[socket.id];
          io.emit("users", Object.values(users));
        });
      });
    });
    await world.connect("a=");
    await world.connect("b=");
    await world.emit("a=", "name", "Ada");
    await world.emit("b=", "name", "Bob");
    await world.end("a=");

    expect(world.events("b=")).toEqual([
      ["users", ["Ada", "new"]],
      ["users", ["Ada", "Bob"]],
      ["users", ["Bob"]],
    ]);
  });

  test("an event waits for no listener of the one before it", async () => {
    const world = await start(residence, (io, memory) => {
      let log: string[] = [];
      memory.cell(
        "log",
        () => log,
        (value) => (log = value),
      );
      let release = () => {};
      io.on("connection", (socket) => {
        socket.on("slow", async () => {
          log.push("slow begins");
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          log.push("slow ends");
          socket.emit("log", log);
        });
        socket.on("fast", () => {
          log.push("fast");
          release();
        });
      });
    });
    await world.connect("a=");
    await world.connect("b=");
    await world.batch(["a=", '42["slow"]'], ["b=", '42["fast"]']);

    expect(world.events("a=")).toEqual([["log", ["slow begins", "fast", "slow ends"]]]);
  });

  test("sockets in variables are those of the connection, also when they have left", async () => {
    const world = await start(residence, (io, memory) => {
      let players: Socket[] = [];
      memory.cell(
        "players",
        () => players,
        (value) => (players = value),
      );
      io.on("connection", (socket) => {
        players.push(socket);
        socket.on("poke", () => {
          for (const player of players) player.emit("poked", player.connected, player.id);
        });
      });
    });
    const [a, b] = [await world.connect("a="), await world.connect("b=")];
    await world.emit("b=", "poke");
    expect([world.events("a="), world.events("b=")]).toEqual([
      [["poked", true, a]],
      [["poked", true, b]],
    ]);
    await world.end("a=");
    await world.emit("b=", "poke");
    expect([world.events("a="), world.events("b=")]).toEqual([[], [["poked", true, b]]]);
  });

  test("an ack that was kept is given minutes later", async () => {
    const world = await start(residence, (io, memory) => {
      let pending: Record<string, (answer: string) => void> = {};
      memory.cell(
        "pending",
        () => pending,
        (value) => (pending = value),
      );
      io.on("connection", (socket) => {
        socket.on("ask", (answer) => (pending[socket.id] = answer));
        socket.on("answer", (id: string, text: string) => {
          pending[id]?.(text);
          delete pending[id];
        });
      });
    });
    const a = await world.connect("a=");
    await world.connect("b=");
    await world.frames("a=", '427["ask"]');
    await world.emit("b=", "answer", a, "yes");

    expect(world.take("a=").filter((frame) => /^43/.test(frame))).toEqual(['437["yes"]']);
  });

  test("a timer fires when it is due, by a message that wakes the lane, and none is sent otherwise", async () => {
    const world = await start(residence, (io, memory) => {
      let left = 3;
      memory.cell(
        "left",
        () => left,
        (value) => (left = value),
      );
      memory.action("tick", () => {
        io.emit("left", --left);
        if (left === 0) memory.clearTimer("tick");
      });
      io.on("connection", (socket) => {
        socket.on("start", () => memory.setTimer("tick", 2000, 2000));
        socket.on("nothing", () => {});
      });
    });
    await world.connect("a=");
    await world.emit("a=", "nothing");
    expect(world.wakes).toEqual([]);
    await world.emit("a=", "start");
    expect(world.wakes.map(({ delaySeconds }) => delaySeconds)).toEqual([2]);
    await world.emit("a=", "nothing");
    expect(world.wakes).toHaveLength(1);
    for (let n = 0; n < 3; n++) await world.passTimers();

    expect(world.events("a=")).toEqual([
      ["left", 2],
      ["left", 1],
      ["left", 0],
    ]);
    expect(world.wakes).toEqual([]);
  });

  test("a timer that is due while an event runs fires then", async () => {
    const world = await start(residence, (io, memory) => {
      let hear = () => {};
      memory.action("soon", () => {
        io.emit("fired");
        hear();
      });
      io.on("connection", (socket) => {
        socket.on("wait", async () => {
          memory.setTimer("soon", 5);
          await new Promise<void>((resolve) => (hear = resolve));
          socket.emit("heard");
        });
      });
    });
    await world.connect("a=");
    await world.emit("a=", "wait");

    expect(world.events("a=")).toEqual([["fired"], ["heard"]]);
    expect(world.wakes).toEqual([]);
  });

  test("a batch whose effects fail leaves the memory as it was, and comes again", async () => {
    const world = await start(residence, (io, memory) => {
      let count = 0;
      memory.cell(
        "count",
        () => count,
        (value) => (count = value),
      );
      io.on("connection", (socket) => {
        socket.on("count", async () => {
          count++;
          await socket.join(`room ${count}`);
          socket.emit("counted", count, [...socket.rooms].length);
        });
      });
    });
    await world.connect("a=");
    world.table.writes.dieAfter(0);
    expect(await world.emit("a=", "count")).toBe(0);
    world.table.writes.revive();
    expect(await world.again("a=", '42["count"]')).toBe(1);

    expect(world.events("a=")).toEqual([["counted", 1, 2]]);
  });

  test("a message that comes again after its events were stored is not handled again", async () => {
    const world = await start(residence, (io, memory) => {
      let count = 0;
      memory.cell(
        "count",
        () => count,
        (value) => (count = value),
      );
      io.on("connection", (socket) => {
        socket.on("count", () => socket.emit("counted", ++count));
      });
    });
    await world.connect("a=");
    const event = { type: "frame", connectionId: "a=", requestId: "r", at: Date.now() } as const;
    const body = Buffer.from('42["count"]').toString("base64");
    await world.handle("a=", [{ ...event, body, messageId: "same" }]);
    await world.handle("a=", [{ ...event, body, messageId: "same", redelivered: true }]);
    await world.handle("a=", [{ ...event, body, messageId: "other" }]);

    expect(world.events("a=")).toEqual([
      ["counted", 1],
      ["counted", 2],
    ]);
  });
});
