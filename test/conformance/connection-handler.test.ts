import { setImmediate as turn } from "node:timers/promises";
import { waitFor } from "../support/wait-for";
import { both } from "./support/both";
import type { Application } from "./support/side";

/** What a connection handler may do, and for whom it runs. */

describe("a handler that asks its client before it listens", () => {
  const ways: Record<string, Application> = {
    "and awaits the answer": (io, note) => {
      io.on("connection", async (socket) => {
        const [zone, bytes] = await socket.timeout(5000).emitWithAck("zone?");
        const name = await socket.emitWithAck("name?");
        socket.on("go", () => note(zone, bytes, name));
        note("ready");
      });
    },
    "in callbacks": (io, note) => {
      io.on("connection", (socket) => {
        socket.emit("zone?", ([zone, bytes]: unknown[]) => {
          socket.timeout(5000).emit("name?", (_: Error | null, name: string) => {
            socket.on("go", () => note(zone, bytes, name));
            note("ready");
          });
        });
      });
    },
    "as a broadcast": (io, note) => {
      io.on("connection", async (socket) => {
        const [[zone, bytes]] = await io.in(socket.id).timeout(5000).emitWithAck("zone?");
        const [name] = await io.in(socket.id).timeout(5000).emitWithAck("name?");
        socket.on("go", () => note(zone, bytes, name));
        note("ready");
      });
    },
  };
  for (const [way, application] of Object.entries(ways)) {
    both(`keeps its listeners, ${way}`, application, async (side) => {
      const client = await side.open();
      client.answer = (event) => (event === "zone?" ? [["CET", [1, 2]]] : ["Ada"]);
      await client.join();
      const isReady = () => side.noted.some((it) => JSON.stringify(it) === '["ready"]');
      await waitFor(isReady);
      side.noted.length = 0;
      client.answer = () => ["asked again"];
      for (let times = 0; times < 2; times++) await client.emit("go");
      const went = () => side.noted.filter((it) => JSON.stringify(it) !== '["ready"]');
      expect(went()).toEqual([
        ["CET", [1, 2], "Ada"],
        ["CET", [1, 2], "Ada"],
      ]);
    });
  }

  const late: Application = (io, note) => {
    io.on("connection", async (socket) => {
      const answer = await socket
        .timeout(100)
        .emitWithAck("zone?")
        .catch((error: Error) => error.message);
      socket.on("go", () => note(answer));
      note("ready");
    });
  };
  both("keeps that an answer did not come", late, async (side) => {
    const client = await side.connect();
    await waitFor(() => side.noted.length > 0);
    side.noted.length = 0;
    await client.emit("go");
    expect(side.noted).toContainEqual(["operation has timed out"]);
  });
});

describe("a client that leaves while a middleware runs", () => {
  let left = false;
  both(
    "never connects",
    (io, note) => {
      io.use(async (socket, next) => {
        socket.on("disconnect", () => note("disconnect"));
        note("middleware");
        while (!left) await turn();
        next();
        note("let in");
      });
      io.on("connection", () => note("connection"));
    },
    async (side) => {
      left = false;
      const client = await side.open();
      const joined = client.send("40");
      await waitFor(() => side.noted.length === 1);
      const gone = client.leave();
      await waitFor(() => !client.isOpen);
      // The reference has to have noticed, too, before the middleware ends.
      const other = await side.open();
      await other.send("3");
      left = true;
      await Promise.all([joined, gone]);
      await waitFor(() => side.noted.length > 1);
      await other.send("3");
      expect(side.noted).toEqual([["middleware"], ["let in"]]);
    },
  );
});

describe('io.once("connection")', () => {
  const application: Application = (io, note) => {
    io.once("connection", (socket) => {
      socket.on("go", (who) => note(who, "once"));
    });
    io.on("connection", (socket) => {
      socket.on("go", (who) => note(who, "on"));
    });
  };
  both(
    "meets the first socket of a process, for all of its events",
    application,
    async (side) => {
      const [a, b] = [await side.connect(), await side.connect()];
      await a.emit("go", "a");
      await b.emit("go", "b");
      await a.emit("go", "a");
      const met = [
        ["a", "once"],
        ["a", "on"],
      ];
      expect(side.noted).toEqual([...met, ["b", "on"], ...met]);
    },
    { oneContainer: true },
  );
});
