import { describeHttpMemory, findHttpMemory } from "../../checks/http-memory";

const notes = findHttpMemory("test/checks/fixtures/http/memory.cjs");

test("names sessions, counts and streams that one container keeps", () => {
  const lines = notes.map(
    ({ line, message }) => `${line} ${message.split(" ").slice(0, 3).join(" ")}`,
  );
  expect(lines).toEqual([
    "6 express-session keeps its",
    "7 MemoryStore keeps its",
    "8 express-rate-limit counts in",
    "9 a function sends",
    "16 express-rate-limit finds X-Forwarded-For",
  ]);
});

test("a limit of requests needs the proxy to be known, and a store", () => {
  const [first, second] = notes.filter(({ message }) => message.includes("rate-limit"));
  expect(first?.message).toContain("give it a `store`; it finds X-Forwarded-For");
  expect(second?.message).not.toContain("store");
  expect(findHttpMemory("test/checks/fixtures/http/proxied.cjs")).toEqual([]);
});

test("says the file, the line and what to do", () => {
  expect(describeHttpMemory(notes)[0]).toBe(
    "test/checks/fixtures/http/memory.cjs:6:9  express-session keeps its sessions in the memory of one container, which ends with it: give it a `store`, such as connect-dynamodb, or use cookie-session",
  );
});
