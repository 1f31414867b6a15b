import { App, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describeLockMemory, findLockMemory } from "../../checks/locks/memory";
import { noteApplication } from "../../lib/note-application";

const file = "test/checks/fixtures/locks/memory.cjs";
const found = findLockMemory(file);

test("names what locks of $connect read and what other code changes, also by functions that they call", () => {
  expect(found.map(({ line, what, name, changed }) => [line, what, name, changed.line])).toEqual([
    [9, "io.engine.use", "users", 29],
    [15, "allowRequest", "isOpen", 25],
    [15, "allowRequest", "banned", 23],
  ]);
});

test("says the file, the line and what to do", () => {
  expect(describeLockMemory(found)[2]).toBe(
    `${file}:15:31  allowRequest reads \`banned\`, which ${file}:23 changes: it runs in the function of $connect, in a copy of the application that does not see the change. Check in io.use, which runs on the lane, or keep it in a database`,
  );
});

test("says nothing of an application without such locks", () => {
  expect(findLockMemory("test/checks/fixtures/http/memory.cjs")).toEqual([]);
});

test.each([
  ["with one lane", true, 3],
  ["else not, since nothing else has those variables either", false, 0],
])("synth warns of each %s", (_, isApplication, count) => {
  const stack = new Stack(new App(), "Stack");
  noteApplication(stack, { entry: file }, { notes: [], packs: [] }, isApplication);
  const warnings = Annotations.fromStack(stack).findWarning(
    "*",
    Match.stringLikeRegexp("function of .connect"),
  );
  expect(warnings).toHaveLength(count);
});
