import { skipTime } from "../support/skip-time";
import { waitFor } from "../support/wait-for";
import { World } from "../support/world";
import { both } from "./support/both";
import type { Application } from "./support/side";

/** Edge cases of acks, 13 to 15. */

const TIMED_OUT = "operation has timed out";

describe("13. acks of a broadcast", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.on("join", (room) => void socket.join(room));
      socket.on("ask", (room: string, ms?: number) => {
        const target = ms === undefined ? io.to(room) : io.to(room).timeout(ms);
        target.emit("question", (error: Error | null, answers: unknown[]) =>
          note(error?.message ?? null, [...answers].sort()),
        );
      });
      socket.on("ask and await", async (room: string, ms: number) => {
        try {
          note(await io.to(room).timeout(ms).emitWithAck("question"));
        } catch (error) {
          const { message, responses } = error as Error & { responses: unknown[] };
          note(message, responses);
        }
      });
    });
  };

  both("without a timeout it fails at once", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    await b.emit("join", "r");
    await a.emit("ask", "r");
    await waitFor(() => side.noted.length > 0);
    expect(side.noted).toEqual([[TIMED_OUT, []]]);
    expect(b.isOpen).toBe(true);
  });

  both("with no client to ask it succeeds", application, async (side) => {
    const a = await side.connect();
    await a.emit("ask", "nobody", 60_000);
    await a.emit("ask and await", "nobody", 60_000);
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([[null, []], [[]]]);
  });

  both("it has the first argument of everyone's answer", application, async (side) => {
    const clients = [await side.connect(), await side.connect()];
    for (const [place, client] of clients.entries()) {
      client.answer = () => [`answer ${place}`, "ignored"];
      await client.emit("join", "r");
    }
    await clients[0]?.emit("ask", "r", 1500);
    await waitFor(() => side.noted.length > 0);
    expect(side.noted).toEqual([[null, ["answer 0", "answer 1"]]]);
  });

  both("when time runs out it has the answers so far, in both forms", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    for (const client of [a, b]) await client.emit("join", "r");
    b.answer = () => ["b"];
    await a.emit("ask", "r", 300);
    await waitFor(() => side.noted.length === 1);
    await a.emit("ask and await", "r", 300);
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([
      [TIMED_OUT, ["b"]],
      [TIMED_OUT, ["b"]],
    ]);
  });

  both("who leaves without an answer is waited for all the same", application, async (side) => {
    const [a, b, leaver] = [await side.connect(), await side.connect(), await side.connect()];
    for (const client of [b, leaver]) await client.emit("join", "r");
    b.answer = () => ["b"];
    leaver.answer = () => void leaver.leave();
    await a.emit("ask", "r", 400);
    await waitFor(() => side.noted.length > 0);
    expect(leaver.isOpen).toBe(false);
    expect(side.noted).toEqual([[TIMED_OUT, ["b"]]]);
  });
});

describe("14. acks of one client", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.on("echo", (...args) => args.pop()(...args));
      socket.on("twice", (ack) => {
        ack("first");
        ack("second");
      });
      socket.on("count", (ack) => {
        socket.data.count = (socket.data.count ?? 0) + 1;
        ack(socket.data.count);
      });
      socket.on("ask", () => socket.emit("question", (...args: unknown[]) => note(...args)));
      socket.on("ask and await", async () => note(await socket.emitWithAck("question")));
      socket.on("disconnect", (reason) => note(reason));
    });
  };

  both("the server's second call of an ack is ignored", application, async (side) => {
    const client = await side.connect();
    await client.send('427["twice"]');
    expect(client.take()).toEqual(['437["first"]']);
  });

  both("a callback has all arguments, emitWithAck the first", application, async (side) => {
    const client = await side.connect();
    client.answer = () => [1, { two: 2 }];
    await client.emit("ask");
    await waitFor(() => side.noted.length === 1);
    await client.emit("ask and await");
    await waitFor(() => side.noted.length === 2);
    expect(side.noted).toEqual([[1, { two: 2 }], [1]]);
  });

  both("the client's second answer and unknown ack ids are ignored", application, async (side) => {
    const client = await side.connect();
    let answers = 0;
    client.answer = () => [++answers];
    await client.emit("ask");
    await waitFor(() => side.noted.length === 1);
    const [question = ""] = client.take();
    const [, ackId] = /^42(\d+)\["question"\]$/.exec(question) ?? [];
    await client.send(`43${ackId}["again"]`);
    await client.send("4399[]", `43${2 ** 53 - 1}["never asked"]`, '43["without an id"]');
    expect(side.noted).toEqual([[1]]);
    expect(client.isOpen).toBe(true);
  });

  both("ack ids from 0 to 2^53-1 are answered as they came", application, async (side) => {
    const client = await side.connect();
    const largest = Number.MAX_SAFE_INTEGER;
    await client.send('420["echo",1,"two"]', `42${largest}["echo"]`);
    expect(client.take()).toEqual(['430[1,"two"]', `43${largest}[]`]);
  });

  both("an event that comes twice is dispatched and answered twice", application, async (side) => {
    const client = await side.connect();
    await client.send('423["count"]', '423["count"]');
    expect(client.take()).toEqual(["433[1]", "433[2]"]);
  });
});

describe("15. an ack after the end", () => {
  const application: Application = (io, note) => {
    io.on("connection", (socket) => {
      socket.on("ask", (ms?: number) => {
        const asking = ms === undefined ? socket : socket.timeout(ms);
        asking.emit("question", (...args: unknown[]) =>
          note("called", ...args.map((it) => (it as Error).message)),
        );
      });
      socket.on("disconnecting", (reason) => note(reason));
    });
  };

  both("is never called without a timeout", application, async (side) => {
    // The function says what it has given up; in this process it then goes on looking for the answer.
    for (const level of ["warn", "error"] as const) jest.spyOn(console, level).mockImplementation();
    const client = await side.connect();
    client.answer = () => void client.leave();
    const ask = () => client.emit("ask");
    // Socket.IO waits for ever, and this project for ten seconds.
    await (side.name === "rooms" ? skipTime(ask) : ask());
    await waitFor(() => side.noted.length > 0);
    expect(side.noted).toEqual([["transport close"]]);
  });

  both("has its timeout told to it; here the end waits for that", application, async (side) => {
    const client = await side.connect();
    client.answer = () => void client.leave();
    await client.emit("ask", 400);
    await waitFor(() => side.noted.length === 2);
    const [end, call] = [["transport close"], ["called", TIMED_OUT]];
    expect(side.noted).toEqual(side.name === "rooms" ? [call, end] : [end, call]);
  });

  test("nothing that a client was told is told again when the rest of a batch comes again", async () => {
    jest.spyOn(console, "error").mockImplementation();
    const world = await World.of((io) => {
      io.on("connection", (socket) => {
        socket.emit("welcome");
        socket.on("echo", (value) => socket.emit("echo", value));
        socket.on("join", async () => {
          await socket.join("r");
          socket.emit("joined");
        });
      });
    });
    await world.open("a=");
    world.take("a=");
    jest.spyOn(world.table.store, "join").mockRejectedValueOnce(new Error("throttled"));
    const frames = ["40", '42["echo",1]', '42["join"]', '42["echo",2]'] as const;
    const handled = await world.frames("a=", ...frames);
    expect(handled).toBe(2);
    await world.again("a=", ...frames.slice(handled));
    expect(world.take("a=")).toEqual([
      expect.stringMatching(/^40\{/),
      ...['42["welcome"]', '42["echo",1]', '42["joined"]', '42["echo",2]'],
    ]);
    await world.close();
  });
});
