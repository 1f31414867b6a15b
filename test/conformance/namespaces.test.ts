import { both } from "./support/both";
import { idIn } from "./support/frames";
import type { Application } from "./support/side";

/** Edge cases of namespaces, 22 and 23. */

describe("22. dynamic namespaces", () => {
  const application: Application = (io, note) => {
    io.of("/concrete").on("connection", (socket) => socket.emit("made by", "its own"));
    io.of((name, auth, next) => {
      note("first", name, auth);
      if (name === "/broken") return next(new Error("refused by the first"), true);
      next(null, name.startsWith("/first"));
    }).on("connection", (socket) => socket.emit("made by", "first"));
    io.of(/^\/(first|second|broken|concrete)/).on("connection", (socket) =>
      socket.emit("made by", "second"),
    );
    io.of((name, _auth, next) => {
      note("third", name);
      next(null, name === "/third");
    }).on("connection", (socket) => socket.emit("made by", "third"));
    io.on("connection", () => {});
  };

  /** Which handler a namespace was given. */
  const madeBy = (frames: readonly string[]) =>
    frames.flatMap((frame) => /^42.*\["made by","(.*)"\]$/.exec(frame)?.[1] ?? []);

  both("matchers are asked in their order until one allows", application, async (side) => {
    const client = await side.connect();
    await client.send("40/first-1,", '40/second-1,{"token":1}', "40/third,");
    expect(madeBy(client.take())).toEqual(["first", "second", "third"]);
    expect(side.noted).toEqual([
      ["first", "/first-1", {}],
      ["first", "/second-1", { token: 1 }],
      ["first", "/third", {}],
      ["third", "/third"],
    ]);
  });

  both("an error is a refusal, after which the next is asked", application, async (side) => {
    const client = await side.connect();
    await client.send("40/broken,");
    expect(madeBy(client.take())).toEqual(["second"]);
    await client.send("40/nothing,");
    expect(client.take()).toEqual(['44/nothing,{"message":"Invalid namespace"}']);
    expect(client.isOpen).toBe(true);
  });

  both("a concrete namespace wins over parents that match", application, async (side) => {
    const client = await side.connect();
    await client.send("40/concrete,");
    expect(madeBy(client.take())).toEqual(["its own"]);
    expect(side.noted).toEqual([]);
  });

  both(
    "one that exists is not asked for again; here it is, in every container",
    application,
    async (side) => {
      const [a, b] = [await side.connect(), await side.connect()];
      for (const client of [a, b]) await client.join("/first-1");
      expect(side.noted).toHaveLength(side.name === "rooms" ? 2 : 1);
    },
  );

  const slow: Application = (io) => {
    io.of((_name, _auth, next) => void setTimeout(() => next(null, true), 20)).on(
      "connection",
      (socket) => {
        socket.on("say", () => socket.nsp.emit("said"));
      },
    );
    io.on("connection", () => {});
  };

  for (const oneContainer of [true, false]) {
    const where = oneContainer ? "in one container" : "in several containers";
    both(
      `first connects at the same time make one namespace, ${where}`,
      slow,
      async (side) => {
        const clients = [await side.connect(), await side.connect()];
        await Promise.all(clients.map((client) => client.send("40/x,")));
        const ids: string[] = [];
        while (ids.length < 2) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          ids.push(...clients.map((client) => idIn(client.take(), "/x")).filter(Boolean));
        }
        await clients[0]?.send('42/x,["say"]');
        for (const client of clients) expect(client.take()).toEqual(['42/x,["said"]']);
      },
      { oneContainer },
    );
  }
});

describe("23. a parent namespace", () => {
  const application: Application = (io, note) => {
    const parent = io.of(/^\/team-/);
    parent.use((socket, next) => {
      socket.data.middlewares = ["early"];
      next();
    });
    parent.on("connection", (socket) => {
      socket.on("who", (ack) => ack(socket.data.middlewares));
      socket.on("use", () => {
        parent.use((newcomer, next) => {
          newcomer.data.middlewares.push("late");
          next();
        });
      });
      socket.on("fetch", async () => {
        try {
          await parent.fetchSockets();
        } catch (error) {
          note((error as Error).message);
        }
      });
      socket.on("act", () => {
        parent.socketsJoin("r");
        parent.disconnectSockets(true);
      });
      socket.on("rooms", (ack) => ack(socket.rooms.has("r")));
    });
    io.on("connection", () => {});
  };

  both(
    "fetchSockets throws; socketsJoin and disconnectSockets do nothing",
    application,
    async (side) => {
      const client = await side.connect();
      await client.join("/team-1");
      await client.send('42/team-1,["fetch"]', '42/team-1,["act"]', '42/team-1,1["rooms"]');
      expect(side.noted).toEqual([["fetchSockets() is not supported on parent namespaces"]]);
      expect(client.take()).toEqual(["43/team-1,1[false]"]);
      expect(client.isOpen).toBe(true);
    },
  );

  for (const oneContainer of [true, false]) {
    const where = oneContainer ? "" : "; here it reaches no client that another container serves";
    both(
      `a late parent.use reaches new children, not existing ones${where}`,
      application,
      async (side) => {
        const [a, b] = [await side.connect(), await side.connect()];
        await a.join("/team-1");
        await a.send('42/team-1,["use"]');
        for (const name of ["/team-1", "/team-2"]) await b.join(name);
        await b.send('42/team-1,1["who"]', '42/team-2,2["who"]');
        const late = side.name === "rooms" && !oneContainer ? [] : ["late"];
        expect(b.take()).toEqual([
          '43/team-1,1[["early"]]',
          `43/team-2,2${JSON.stringify([["early", ...late]])}`,
        ]);
      },
      { oneContainer },
    );
  }
});
