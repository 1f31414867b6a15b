import { waitFor } from "../support/wait-for";
import { both } from "./support/both";
import { acked, tellMembers } from "./support/members";
import type { Application } from "./support/side";

/** Edge cases of a socket's life, 17 to 19: middlewares of namespaces and of events. */

describe("17. a refused middleware", () => {
  const application: Application = (io, note) => {
    io.of("/guarded").use((socket, next) => {
      socket.join(["secret", "other"]);
      socket.on("disconnecting", () => note("disconnecting"));
      socket.on("disconnect", () => note("disconnect"));
      const details = { code: 7, data: { a: [1] } };
      next(socket.handshake.auth.enter ? undefined : Object.assign(new Error("no"), details));
    });
    io.of("/guarded").use((_, next) => {
      note("second middleware");
      next();
    });
    io.of("/guarded").on("connection", () => note("connection"));
    io.on("connection", (socket) => tellMembers(io.of("/guarded"), socket));
  };

  both(
    "forwards `message` and `data` only, leaves its rooms, and there is no `disconnect`",
    application,
    async (side) => {
      const client = await side.connect();
      await client.send("40/guarded,");
      expect(client.take()).toEqual(['44/guarded,{"message":"no","data":{"a":[1]}}']);
      await client.send('421["members","secret"]', '422["members","other"]');
      expect(acked(client.take())).toEqual([[], []]);
      expect(client.isOpen).toBe(true);
      await client.leave();
      expect(side.noted).toEqual([]);
    },
  );

  both("does not stand in the way of the next try", application, async (side) => {
    const client = await side.connect();
    await client.send("40/guarded,");
    const id = await client.join("/guarded", { enter: true });
    await client.send('421["members","secret"]');
    expect(acked(client.take())).toEqual([[id]]);
    expect(side.noted.slice(0, 2)).toEqual([["second middleware"], ["connection"]]);
  });
});

describe("18. inside a middleware", () => {
  const application: Application = (io, note) => {
    io.use(async (socket, next) => {
      socket.emit("early", socket.connected);
      socket.join("early");
      io.to("early").emit("to the room");
      io.emit("to everyone");
      socket.broadcast.emit("to the others");
      socket.disconnect();
      note([...socket.rooms], (await io.in("early").fetchSockets()).length);
      next();
    });
    io.on("connection", (socket) => {
      tellMembers(io, socket);
      socket.on("say", (room) => io.to(room).emit("said"));
    });
  };

  both(
    "emits arrive, before the CONNECT reply; broadcasts pass the socket by",
    application,
    async (side) => {
      const first = await side.open();
      await first.send("40");
      await waitFor(() => side.noted.length === 1);
      const frames = first.take();
      expect(frames).toEqual(['42["early",false]', expect.stringMatching(/^40\{/)]);
      await side.connect();
      const toFirst = [["to the room"], ["to everyone"], ["to the others"]];
      expect(first.events()).toEqual(toFirst);
    },
  );

  both(
    "the own room is not joined yet; other rooms are, and stay so",
    application,
    async (side) => {
      const [a, b] = [await side.connect(), await side.connect()];
      expect(side.noted).toEqual([
        [["early"], 0],
        [["early"], 1],
      ]);
      a.take();
      await a.send('421["members","early"]');
      expect(new Set(acked(a.take())[0])).toEqual(new Set([a.id, b.id]));
      await a.emit("say", "early");
      expect([a.events(), b.events()]).toEqual([[["said"]], [["said"]]]);
    },
  );
});

describe("19. a `socket.use` middleware", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.onAny((...event) =>
        note(
          "any",
          event.filter((it) => typeof it !== "function"),
        ),
      );
      socket.use((event, next) => {
        if (event[0] === "forbidden") return next(new Error("forbidden here"));
        event[1] = "changed";
        next();
      });
      socket.on("error", (error) => note("error", error.message));
      socket.on("forbidden", () => note("reached"));
      socket.on("allowed", (value, ack) => ack(value));
    });
  };

  both(
    "that fails is an `error` event at the server, and to the client silence",
    application,
    async (side) => {
      const client = await side.connect();
      await client.send('421["forbidden","original"]');
      expect(side.noted).toEqual([
        ["any", ["forbidden", "original"]],
        ["error", "forbidden here"],
      ]);
      expect(client.take()).toEqual([]);
      expect(client.isOpen).toBe(true);
    },
  );

  both("may change the event, of which onAny sees the original", application, async (side) => {
    const client = await side.connect();
    await client.send('422["allowed","original"]');
    expect(side.noted).toEqual([["any", ["allowed", "original"]]]);
    expect(client.take()).toEqual(['432["changed"]']);
  });
});
