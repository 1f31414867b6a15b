import { logDebug, logError, logWarning, setLogLevel } from "../../src/log";
import { World } from "../support/world";

/** What clients choose does not fill the log: each text of a line is cut. */

const LONG = "x".repeat(128 * 1024);
const printed: unknown[] = [];
beforeEach(() => {
  printed.splice(0);
  for (const name of ["debug", "warn", "error"] as const) {
    jest
      .spyOn(console, name)
      .mockImplementation((...line: unknown[]) => void printed.push(line[0]));
  }
});
afterEach(() => {
  jest.restoreAllMocks();
  setLogLevel("WARN");
});
const bytes = () => Buffer.byteLength(JSON.stringify(printed));

test("messages, fields, lists and errors are cut, and say how long they were", () => {
  logWarning(`Cannot read ${LONG}`, {
    event: LONG,
    rooms: Array(5000).fill(LONG),
    deep: { [LONG]: LONG },
  });
  logError("Cannot read", new Error(LONG), { namespace: LONG });
  setLogLevel("DEBUG");
  logDebug("Sent", () => ({ rooms: new Set([LONG]) }));
  expect(printed).toHaveLength(3);
  expect(bytes()).toBeLessThan(64 * 1024);
  expect(printed[0]).toMatchObject({ event: `${"x".repeat(256)}… (131072 characters)` });
  expect(printed[2]).toEqual({
    message: "Sent",
    rooms: [`${"x".repeat(256)}… (131072 characters)`],
  });
});

test("short ones stay as they are", () => {
  logWarning("Cannot read", {
    connectionId: "a=",
    count: 7,
    rooms: ["r"],
    none: undefined,
    nil: null,
  });
  expect(printed).toEqual([
    {
      message: "Cannot read",
      connectionId: "a=",
      count: 7,
      rooms: ["r"],
      none: undefined,
      nil: null,
    },
  ]);
});

test("a client that names an event of 32 KB and makes its listener fail writes a short line", async () => {
  const world = await World.of((io) =>
    io.on("connection", (socket) => {
      socket.on("x".repeat(32_000), () => {
        throw new Error("no");
      });
    }),
  );
  await world.connect("a=");
  await world.emit("a=", "x".repeat(32_000));
  expect(JSON.stringify(printed)).toContain("The application failed in");
  expect(bytes()).toBeLessThan(12_000);
  await world.close();
});

test("a stack ends where the application was called, and one of our own stays whole", () => {
  const own = require.resolve("../../src/log");
  const [head, ours, node] = [
    "TypeError: x",
    `    at g (${own}:1:200)`,
    "    at node:internal/a:1:1",
  ];
  const theirs = "    at f (/app/server.js:3:5)";
  const printedStack = (...lines: (string | undefined)[]) => {
    logError("Failed", Object.assign(new Error("x"), { stack: lines.join("\n") }));
    return (printed.pop() as { readonly error: string }).error.split("\n");
  };
  expect(printedStack(head, theirs, ours, node)).toEqual([head, theirs, node]);
  expect(printedStack(head, ours, node)).toEqual([head, ours, node]);
});
