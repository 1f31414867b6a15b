import { setTimeout as sleep } from "node:timers/promises";
import type { Server } from "socket.io";
import { AckCollector } from "../../src/host/ack-collector";
import { AckIds } from "../../src/socketio/ack-ids";
import { World } from "../support/world";

/** Acks that the server waits for: they come on another lane, to another container. */

let world: World;
async function start(setup: (io: Server) => void): Promise<World> {
  world = await World.of(setup);
  return world;
}
afterEach(async () => {
  await Promise.all(answering.splice(0));
  await world.close();
});

/** What `answerWith` has begun, and may still be under way when a handler has ended. */
const answering: Promise<unknown>[] = [];

/** Answers every event that asks for an ack, as a client does, on the ack lane. */
function answerWith(answer: (id: string, event: string) => unknown[] | undefined, delayMs = 20) {
  world.beforeSend = async (id, text) => {
    const [, ackId, json] = /^42(\d+)(\[.*)$/.exec(text) ?? [];
    if (!ackId || !json) return;
    const args = answer(id, JSON.parse(json)[0]);
    if (!args) return;
    const acked = sleep(delayMs).then(() => world.acks(id, `43${ackId}${JSON.stringify(args)}`));
    answering.push(acked);
  };
}

const events = (id: string) => world.events(id);

test("a handler awaits the answer of its own client", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        socket.emit("got", await socket.emitWithAck("question", 1));
      });
    });
  });
  await world.connect("a=");
  answerWith(() => ["answer", "ignored"]);
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", "answer"]]);
  expect(await world.table.size()).toBe(3);
});

test("a callback gets every argument, in the invocation that asked", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        socket.emit("question", (...args: unknown[]) => socket.emit("got", ...args));
      });
    });
  });
  await world.connect("a=");
  answerWith(() => [1, { two: 2 }]);
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", 1, { two: 2 }]]);
});

test("a timeout is told to the application, with and without an answer", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", (ms: number) => {
        socket.timeout(ms).emit("question", (error: Error | null, value: unknown) => {
          socket.emit("got", error?.message ?? null, value);
        });
      });
    });
  });
  await world.connect("a=");
  answerWith(() => ["in time"], 50);
  await world.emit("a=", "go", 1000);
  await world.emit("a=", "go", 10);
  const got = events("a=").map((event) => (event as unknown[]).slice(0, 3));
  expect(got).toEqual(
    [
      ["got", null, "in time"],
      ["got", "operation has timed out", null],
    ].map((event) => expect.arrayContaining(event.filter((value) => value !== null))),
  );
  // The late answer still finds its table.
  await Promise.all(answering);
});

test("a broadcast collects the first argument of everyone's answer", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.join("room");
      socket.on("go", async () => {
        const answers = await io.to("room").timeout(1500).emitWithAck("question");
        socket.emit("got", answers.sort());
      });
    });
  });
  for (const id of ["a=", "b=", "c="]) await world.connect(id);
  answerWith((id) => [id, "ignored"]);
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", ["a=", "b=", "c="]]]);
});

test("a broadcast that times out has the answers so far", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        io.timeout(300).emit("question", (error: Error, answers: unknown[]) => {
          socket.emit("got", error.message, answers);
        });
      });
    });
  });
  for (const id of ["a=", "b="]) await world.connect(id);
  answerWith((id) => (id === "b=" ? undefined : [id]));
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", "operation has timed out", ["a="]]]);
});

test("a broadcast to an empty room is answered at once", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        socket.emit("got", await io.to("nobody").timeout(60_000).emitWithAck("question"));
      });
    });
  });
  await world.connect("a=");
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", []]]);
});

test("an event waits for the callback of a broadcast, however its acks are collected", async () => {
  // As if the wait for acks ended before Socket.IO's own timer.
  const collect = jest.spyOn(AckCollector.prototype, "collect").mockImplementation();
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        io.timeout(100).emit("question", (error: Error) => socket.emit("got", error.message));
      });
    });
  });
  await world.connect("a=");
  await world.emit("a=", "go");
  collect.mockRestore();
  expect(events("a=")).toEqual([["got", "operation has timed out"]]);
});

test("a broadcast without a timeout fails at once", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        io.emit("question", (error: Error, answers: unknown[]) => {
          socket.emit("got", error.message, answers);
        });
      });
    });
  });
  await world.connect("a=");
  await world.emit("a=", "go");
  expect(events("a=")).toEqual([["got", "operation has timed out", []]]);
});

test("one socket of many is asked through fetchSockets", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async (id: string) => {
        const [other] = await io.in(id).fetchSockets();
        const answer = await (other as unknown as typeof socket)
          .timeout(1500)
          .emitWithAck("question");
        socket.emit("got", answer);
      });
    });
  });
  await world.connect("a=");
  const other = await world.connect("b=");
  answerWith((id) => [id]);
  await world.emit("a=", "go", other);
  expect(events("a=")).toEqual([["got", "b="]]);
});

test("unexpected and repeated acks change nothing", async () => {
  const seen: unknown[] = [];
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        seen.push(await socket.emitWithAck("question"));
      });
    });
  });
  await world.connect("a=");
  await world.connect("b=");
  world.beforeSend = async (_, text) => {
    const [, ackId] = /^42(\d+)\[/.exec(text) ?? [];
    if (!ackId) return;
    await world.acks("b=", `43${ackId}["forged"]`);
    await world.acks("a=", `43${ackId}["first"]`, `43${ackId}["second"]`, "4399[]");
  };
  await world.emit("a=", "go");
  expect(seen).toHaveLength(1);
  expect(["first", "second"]).toContain(seen[0]);
});

test("an answer that comes on the connection's own lane reaches who waits elsewhere", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        socket.emit("got", await io.timeout(1500).emitWithAck("question"));
      });
    });
  });
  await world.connect("a=");
  const b = "b=";
  await world.connect(b);
  world.beforeSend = async (id, text) => {
    const [, ackId] = /^42(\d+)\["question/.exec(text) ?? [];
    if (!ackId) return;
    // Without lanes, and from a template before this version, a binary ack comes as ordinary frames.
    if (id === b) {
      const placeholder = '{"_placeholder":true,"num":0}';
      const frames = [`461-${ackId}[${placeholder}]`, "baGk="].map((text) => ({
        ...({ type: "frame", connectionId: b, requestId: text, at: Date.now() } as const),
        body: Buffer.from(text).toString("base64"),
      }));
      setTimeout(() => world.handle(b, frames), 20);
    } else setTimeout(() => world.acks(id, `43${ackId}["text"]`), 20);
  };
  await world.emit("a=", "go");
  const [got] = world.take("a=").filter((frame) => frame.startsWith("45"));
  expect(got).toContain('["got",[');
  expect(got).toContain("text");
});

test("a JSON client is asked and answers", async () => {
  await start((io) => {
    io.on("connection", (socket) => {
      socket.on("go", async () => {
        socket.emit("got", await socket.emitWithAck("question", "?"));
      });
    });
  });
  await world.open("j=", {}, "json");
  world.beforeSend = async (id, text) => {
    const { event, ack } = JSON.parse(text);
    if (event !== "question") return;
    const answer = JSON.stringify({ action: "ack", ack, args: ["!"] });
    setTimeout(() => world.acks(id, answer), 20);
  };
  await world.frames("j=", '{"action":"emit","event":"go"}');
  const messages = world.take("j=").map((text) => JSON.parse(text));
  expect(messages.at(-1)).toEqual({ type: "event", namespace: "/", event: "got", args: ["!"] });
});

test("a malformed ack closes a stock connection and is answered to a JSON client", async () => {
  await start(() => {});
  await world.connect("a=");
  await world.acks("a=", "43x");
  expect(world.gone.has("a=")).toBe(true);
  await world.open("j=", {}, "json");
  world.take("j=");
  await world.acks("j=", '{"action":"ack"}');
  expect(JSON.parse(world.take("j=")[0] as string)).toMatchObject({ code: "bad_request" });
});

test("an ack that no item can hold is not delivered again", async () => {
  await start(() => {});
  await world.connect("a=");
  const warnings = jest.spyOn(console, "warn").mockImplementation();
  // Longer than a key may be.
  const name = `/${"n".repeat(3000)}`;
  const id = new AckIds("").make(name, 1);
  expect(await world.acks("a=", `43${name},${id}[]`)).toBe(1);
  const message = expect.stringMatching(/^Cannot keep an ack: /);
  expect(warnings).toHaveBeenCalledWith({ message, connectionId: "a=" });
  warnings.mockRestore();
});
