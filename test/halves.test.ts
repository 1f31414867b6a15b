import { execFileSync } from "node:child_process";
import path from "node:path";

/** The two halves of the tests, as `jest.config.js` has them. */

const { halves, isFast } = require("./support/halves.js") as {
  halves(): { fast: string[]; slow: string[] };
  isFast(test: string): boolean;
};
const { fast, slow } = halves();

test("every test file is in one half", () => {
  const files = ["ls-files", "-co", "--exclude-standard", "test/**.test.ts"];
  const listed = execFileSync("git", files, { cwd: path.join(__dirname, "..") });
  expect([...fast, ...slow].sort()).toEqual(listed.toString().trim().split("\n").sort());
});

test.each([
  ["the table in DynamoDB", "test/contracts/dynamo-store.test.ts"],
  ["the table by way of a helper", "test/src/apart.test.ts"],
  ["the local stack", "test/e2e/chat.test.ts"],
  ["a synthesized stack", "test/verify/aws.test.ts"],
  ["the construct", "test/lib/rooms.test.ts"],
  ["a process", "test/scripts.test.ts"],
])("a file that needs %s is slow", (_, file) => expect(isFast(file)).toBe(false));

test.each([
  ["the store in memory", "test/contracts/memory-store.test.ts"],
  ["a world in memory", "test/conformance/acks.test.ts"],
  ["a pure part of the local stack", "test/local/filter.test.ts"],
])("a file that needs only %s is fast", (_, file) => expect(isFast(file)).toBe(true));
