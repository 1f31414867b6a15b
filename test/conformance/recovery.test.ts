import { setTimeout as sleep } from "node:timers/promises";
import { both } from "./support/both";
import { enter, hear, recovery, resume } from "./support/recovering";
import type { Application } from "./support/side";

/** Edge cases 24 to 26: connection state recovery. */

const application: Application = (io, note) => {
  io.on("connection", (socket) => {
    note("connection", socket.recovered, [...socket.rooms].slice(1), socket.data);
    socket.on("enter", (room) => {
      socket.data.room = room;
      socket.join(room);
      socket.emit("entered");
    });
    socket.on("say", (room, ...args) => io.to(room).emit("news", ...args));
    socket.on("shout", (...args) => io.emit("news", ...args));
    socket.on("murmur", (...args) => io.volatile.emit("news", ...args));
    socket.on("ask", () => io.timeout(1).emit("question", () => {}));
    socket.on("except", (room, ...args) => io.except(room).emit("news", ...args));
    socket.on("show", () => io.emit("bytes", Buffer.from([1, 2])));
    socket.on("kick", () => io.in("r").disconnectSockets());
    socket.on("disconnect", (reason) => note("disconnect", reason));
  });
};

/** Two clients, one of which is in room `r` and has heard something. */
async function start(side: Parameters<typeof enter>[0]) {
  const other = await enter(side);
  const lost = await enter(side);
  await lost.client.emit("enter", "r");
  const { offset } = hear(lost.client);
  side.noted.length = 0;
  return { other: other.client, ...lost, offset };
}

describe("24. what was missed", () => {
  both(
    "comes in order and before the CONNECT reply, with id, rooms and data",
    application,
    async (side) => {
      const { other, client, sid, pid, offset } = await start(side);
      await client.leave();
      await other.emit("say", "r", 1);
      await other.emit("say", "elsewhere", 2);
      await other.emit("shout", 3);
      await other.emit("say", ["r", "elsewhere"], 4);
      await other.emit("say", sid, 5);
      side.noted.length = 0;
      const back = await resume(side, pid, offset);
      expect(back).toMatchObject({ sid, pid, missed: [1, 3, 4, 5].map((n) => ["news", n]) });
      expect(side.noted).toEqual([["connection", true, ["r"], { room: "r" }]]);
      await other.emit("say", "r", 6);
      expect(hear(back.client).events).toEqual([["news", 6]]);
    },
    recovery,
  );

  both(
    "leaves out what was volatile, asked for an ack or excepted",
    application,
    async (side) => {
      const { other, client, pid, offset } = await start(side);
      await client.leave();
      await other.emit("murmur", 1);
      await other.emit("ask");
      await other.emit("except", "r", 2);
      await other.emit("except", "elsewhere", 3);
      const { missed } = await resume(side, pid, offset);
      expect(missed).toEqual([["news", 3]]);
    },
    recovery,
  );

  both(
    "holds bytes",
    application,
    async (side) => {
      const { other, client, pid, offset } = await start(side);
      await client.leave();
      await other.emit("show");
      const { missed } = await resume(side, pid, offset);
      const [text, attachment] = missed as [string, string];
      expect(text).toMatch(/^451-\["bytes",\{"_placeholder":true,"num":0\},"[^"]+"\]$/);
      expect(attachment).toBe("bAQI=");
    },
    recovery,
  );

  both(
    "is not sent again when the client comes back a second time",
    application,
    async (side) => {
      const { other, client, pid, offset } = await start(side);
      await client.leave();
      await other.emit("shout", 1);
      const once = await resume(side, pid, offset);
      await once.client.leave();
      await other.emit("shout", 2);
      const twice = await resume(side, pid, once.offset);
      expect(twice).toMatchObject({ sid: once.sid, missed: [["news", 2]] });
    },
    recovery,
  );
});

describe("25. a session ends for good", () => {
  both(
    "when its client leaves the namespace",
    application,
    async (side) => {
      const { client, sid, pid, offset } = await start(side);
      await client.send("41");
      await client.leave();
      const back = await resume(side, pid, offset);
      expect(back.sid).not.toBe(sid);
      expect(back.pid).not.toBe(pid);
    },
    recovery,
  );

  both(
    "when the server disconnects it",
    application,
    async (side) => {
      const { other, client, sid, pid, offset } = await start(side);
      await other.emit("kick");
      await client.leave();
      expect((await resume(side, pid, offset)).sid).not.toBe(sid);
    },
    recovery,
  );

  both(
    "but not when it closes its WebSocket or breaks the protocol",
    application,
    async (side) => {
      const { client, sid, pid, offset } = await start(side);
      await client.send("42[]");
      expect(client.isOpen).toBe(false);
      const back = await resume(side, pid, offset);
      expect(back.sid).toBe(sid);
      await back.client.leave();
      expect((await resume(side, pid, offset)).sid).toBe(sid);
      expect(side.noted.filter((seen) => (seen as unknown[])[0] === "disconnect")).toEqual([
        ["disconnect", "forced close"],
        ["disconnect", "transport close"],
      ]);
    },
    recovery,
  );
});

describe("26. nothing is recovered", () => {
  both(
    "without an offset, with an invalid one, or with an unknown private id",
    application,
    async (side) => {
      const { client, sid, pid, offset } = await start(side);
      await client.leave();
      const client2 = await side.open();
      await client2.send(`40${JSON.stringify({ pid })}`);
      expect(client2.take()[0]).not.toContain(sid);
      expect((await resume(side, pid, "any text")).sid).not.toBe(sid);
      expect((await resume(side, "nobody", offset)).sid).not.toBe(sid);
      expect((await resume(side, pid, offset)).sid).toBe(sid);
    },
    recovery,
  );

  both(
    "once the session has expired",
    application,
    async (side) => {
      const { client, sid, pid, offset } = await start(side);
      await client.leave();
      await sleep(60);
      expect((await resume(side, pid, offset)).sid).not.toBe(sid);
    },
    { server: { connectionStateRecovery: { maxDisconnectionDuration: 40 } } },
  );

  both(
    "after a volatile event that ends in a string, which a client takes for an offset",
    application,
    async (side) => {
      const { other, client, sid, pid } = await start(side);
      await other.emit("murmur", "text");
      const spoiled = `${(client.events().at(-1) as unknown[]).at(-1)}`;
      expect(spoiled).toBe("text");
      await client.leave();
      expect((await resume(side, pid, spoiled)).sid).not.toBe(sid);
    },
    recovery,
  );
});

describe("middlewares", () => {
  const guarded: Application = (io, note) => {
    application(io, note);
    let refuses = false;
    io.on("connection", (socket) => socket.on("refuse", () => (refuses = true)));
    io.use((socket, next) => {
      note("middleware", socket.recovered);
      next(refuses && socket.handshake.auth.pid ? new Error("not again") : undefined);
    });
  };

  both(
    "are skipped for a recovered session",
    guarded,
    async (side) => {
      const { client, sid, pid, offset } = await start(side);
      await client.leave();
      side.noted.length = 0;
      expect((await resume(side, pid, offset)).sid).toBe(sid);
      expect(side.noted).toEqual([["connection", true, ["r"], { room: "r" }]]);
    },
    recovery,
  );

  both(
    "run if the application wants them, and what they refuse can come back later",
    guarded,
    async (side) => {
      const { other, client, sid, pid, offset } = await start(side);
      await client.leave();
      side.noted.length = 0;
      const { sid: again } = await resume(side, pid, offset);
      expect(again).toBe(sid);
      expect(side.noted[0]).toEqual(["middleware", true]);
      await other.emit("shout");
    },
    { server: { connectionStateRecovery: { skipMiddlewares: false } } },
  );
});
