import path from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { describeOldCalls, findOldCalls } from "../../checks/old-calls";
import { noteApplication } from "../../lib/note-application";

const fixture = path.join(__dirname, "fixtures/old-calls.cjs");

test("finds calls that version 4 has dropped, and no others", () => {
  expect(findOldCalls(fixture).map(({ line, what }) => `${line} ${what}`)).toEqual([
    '2 require("socket.io").listen',
    "6 io.set",
    "7 io.origins",
    "10 socket.set",
    "11 socket.join(…, callback)",
    "13 io.sockets.clients",
    "14 io.sockets.connected",
    '15 io.of("/chat").clients',
    "16 io.sockets.sockets[…]",
    "16 socket.rooms[…]",
    '17 socket.to("a").in("b").broadcast',
    "17 io.nsps",
  ]);
});

test("says the form of version 4", () => {
  const [, , origins] = describeOldCalls(findOldCalls(fixture));
  expect(origins).toMatch(
    /old-calls\.cjs:7:1 {2}`io\.origins` is of Socket\.IO 2.*new Server\(server, \{ cors: \{ origin/,
  );
});

test("synth warns of each, and of what the bundler has seen", () => {
  const stack = new Stack(new App(), "Stack");
  noteApplication(
    stack,
    { entry: fixture },
    {
      notes: ["a note of the bundler"],
      packs: ["packs a.txt"],
    },
  );
  const warnings = Annotations.fromStack(stack).findWarning("*", Match.anyValue());
  expect(warnings).toHaveLength(1 + findOldCalls(fixture).length);
  expect(JSON.stringify(warnings)).toContain("a note of the bundler");
});
