import { sessionIdOf } from "../../src/session-id";

/** What the table is given in place of a private id, which alone would bring a session back. */

const PID = "abcdefghijklmnopqrst";

test("stands for one private id and does not contain it", () => {
  expect(sessionIdOf(PID)).toBe(sessionIdOf(PID));
  expect(sessionIdOf(PID)).not.toBe(sessionIdOf(`${PID.slice(1)}u`));
  for (let start = 0; start + 6 <= PID.length; start++) {
    expect(sessionIdOf(PID)).not.toContain(PID.slice(start, start + 6));
  }
});
