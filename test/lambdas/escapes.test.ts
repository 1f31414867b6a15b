import { EventEmitter } from "node:events";
import { divertEscapes, type EndingProcess, holdBatch, watchEscapes } from "../../lambdas/escapes";
import { beginInvocation, endInvocation } from "../../lambdas/invocations";
import { waitFor } from "../support/wait-for";

/** What escapes from an application ends its process, after its messages have been given back. */

let log: jest.SpyInstance;
let events: string[];
let its: EventEmitter;
beforeEach(() => {
  events = [];
  log = jest.spyOn(console, "error").mockImplementation(() => void events.push("log"));
  its = new EventEmitter();
  watchEscapes(
    Object.assign(its, { exit: (code: number) => events.push(`exit ${code}`) }) as EndingProcess,
  );
});
afterEach(() => {
  holdBatch({ abandon: async () => {} });
  divertEscapes(undefined);
  endInvocation();
  log.mockRestore();
});

test("an uncaught exception is logged with its stack, its batch given up, its process ended", async () => {
  let answer = () => {};
  const answered = new Promise<void>((resolve) => (answer = resolve));
  holdBatch({
    async abandon() {
      events.push("give up");
      await answered;
      events.push("given up");
    },
  });
  its.emit("uncaughtException", new Error("escaped"));
  its.emit("uncaughtException", new Error("another while it ends"));
  expect(events).toEqual(["log", "give up"]);
  expect(JSON.stringify(log.mock.calls)).toContain("escapes.test.ts");
  answer();
  await waitFor(() => events.length === 4);
  expect(events).toEqual(["log", "give up", "given up", "exit 1"]);
});

test.each([
  ["never answers", () => new Promise<void>(() => {})],
  ["refuses", () => Promise.reject(new Error("throttled"))],
])("a queue that %s does not keep the process", async (_, abandon) => {
  holdBatch({ abandon });
  its.emit("uncaughtException", new Error("escaped"));
  await waitFor(() => events.includes("exit 1"), 20_000);
});

test("an application with a listener of its own decides itself", async () => {
  its.on("uncaughtException", () => events.push("its own"));
  its.emit("uncaughtException", new Error("escaped"));
  await new Promise(setImmediate);
  expect(events).toEqual(["its own"]);
});

test.each(["uncaughtException", "unhandledRejection"])(
  "an %s while the application is loaded is why it does not load, unless it listens itself",
  (event) => {
    divertEscapes((error) => events.push((error as Error).message));
    its.emit(event, new Error("no database"));
    its.on(event, () => events.push("its own"));
    its.emit(event, new Error("no cache"));
    expect(events.filter((one) => one !== "log")).toEqual(["no database", "its own"]);
  },
);

/** Of the real process, where a rejection that is thrown again would arrive. */
async function thrownAgain(leave: () => void): Promise<unknown[]> {
  const thrown: unknown[] = [];
  const throwLater = jest.spyOn(global, "setImmediate").mockImplementation(((run: () => void) => {
    try {
      run();
    } catch (error) {
      thrown.push(error);
    }
  }) as never);
  leave();
  await waitFor(() => thrown.length > 0 || events.includes("invoked"), 20_000);
  throwLater.mockRestore();
  return thrown;
}

test("a rejection inside of an invocation is the application's", () => {
  beginInvocation();
  its.emit("unhandledRejection", new Error("forgotten"));
  expect(JSON.stringify(log.mock.calls)).toContain("The application left a rejection");
});

test("a rejection after which no invocation begins is the runtime's, and is thrown again", async () => {
  const error = new Error("socket hang up");
  expect(await thrownAgain(() => its.emit("unhandledRejection", error))).toEqual([error]);
});

test("a rejection after which an invocation begins is left at its log line", async () => {
  const thrown = await thrownAgain(() => {
    its.emit("unhandledRejection", new Error("late"));
    beginInvocation();
    // Longer than the runtime is given.
    setTimeout(() => events.push("invoked"), 2000);
  });
  expect(thrown).toEqual([]);
});
