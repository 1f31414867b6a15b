import { describeLine } from "../../bin/describe-line";

/** What `npm start` prints of a function's log: clients choose parts of it, and terminals obey control characters. */

const hostile = "a\u001b[2J\u009b1m\nERROR forged";
const escaped = "a\\u001b[2J\\u009b1m\\u000aERROR forged";
const line = (message: unknown) => describeLine(JSON.stringify({ level: "WARN", message }));

test("neither a message nor a field steers the terminal or begins a line", () => {
  expect(line({ message: hostile, room: hostile })).toBe(`WARN ${escaped} room=${escaped}`);
});

test("a stack keeps its lines, indented, and nothing else of that kind", () => {
  const error = `Error: ${hostile}\n    at f (a.ts:1:1)`;
  expect(line({ message: "failed", error })).toBe(
    "WARN failed\n    Error: a\\u001b[2J\\u009b1m\n    ERROR forged\n        at f (a.ts:1:1)",
  );
});

test("an application's own texts keep their colours", () => {
  expect(line("\u001b[32mgreen\u001b[0m")).toBe("WARN \u001b[32mgreen\u001b[0m");
});
