import { EventEmitter } from "node:events";
import { Server } from "socket.io";
import { currentContext } from "../../src/context/event-context";
import { runRequest } from "../../src/host/run-request";

/** What one HTTP request causes, and how long it is waited for. */

const io = new Server();
const inAMinute = () => Date.now() + 60_000;
afterEach(() => jest.restoreAllMocks());

/** Does something to the world, which takes a while. */
function act(done: string[], what: string): void {
  void currentContext().effect(what, async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    done.push(what);
  });
}

test("waits for the effects of callbacks that came from a connection of another time", async () => {
  const warned = jest.spyOn(console, "warn");
  const database = new EventEmitter();
  const done: string[] = [];
  const work = async () => {
    // As a driver does: its callbacks run where its socket was made, outside of every request.
    await new Promise<void>((resolve) => {
      outside(() => {
        act(done, "send");
        resolve();
      });
    });
  };
  const outside = (callback: () => void) => {
    database.once("row", callback);
    setImmediate(emitRow);
  };
  const emitRow = () => queue.push(() => database.emit("row"));
  const queue: (() => void)[] = [];
  const pump = setInterval(() => queue.shift()?.(), 1);
  try {
    await runRequest(io, "GET /", work, inAMinute());
    expect(done).toEqual(["send"]);
    await runRequest(io, "GET /", work, inAMinute());
    expect(done).toEqual(["send", "send"]);
    expect(warned).not.toHaveBeenCalled();
  } finally {
    clearInterval(pump);
  }
});

test("waits for the effects of what goes on after the answer", async () => {
  const done: string[] = [];
  const { value } = await runRequest(
    io,
    "GET /",
    async () => {
      setImmediate(() => setImmediate(() => setTimeout(() => act(done, "send"), 10)));
      return "answer";
    },
    inAMinute(),
  );
  expect([value, done]).toEqual(["answer", ["send"]]);
});

test("an effect that fails is told, with the answer", async () => {
  jest.spyOn(console, "error").mockImplementation(() => undefined);
  const error = new Error("no table");
  const work = async () => {
    void currentContext().effect("send", () => Promise.reject(error));
    return "answer";
  };
  const result = await runRequest(io, "POST /notify", work, inAMinute());
  expect(result).toEqual({ value: "answer", failure: { error } });
  expect(console.error).toHaveBeenCalledWith(expect.objectContaining({ route: "POST /notify" }));
});

test("what comes after the deadline is warned of", async () => {
  const warned = jest.spyOn(console, "warn").mockImplementation(() => undefined);
  let late = () => undefined as unknown;
  await runRequest(
    io,
    "GET /",
    async () => {
      const context = currentContext();
      late = () => context.effect("send", async () => undefined);
    },
    inAMinute(),
  );
  await late();
  expect(JSON.stringify(warned.mock.calls)).toContain("Cannot wait for an effect (send)");
});
