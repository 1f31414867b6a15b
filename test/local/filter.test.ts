import type { Json, JsonObject } from "../../local/json";
import { matches, passesFilters } from "../../local/sqs/filter";

test.each<[JsonObject, Json, boolean]>([
  [{ a: ["x", "y"] }, { a: "y" }, true],
  [{ a: ["x"] }, { a: "X" }, false],
  [{ a: [1] }, { a: "1" }, false],
  [{ a: [null] }, { a: null }, true],
  [{ a: ["x"] }, { a: ["w", "x"] }, true],
  [{ a: ["x"], b: { c: [true] } }, { a: "x", b: { c: true } }, true],
  [{ a: ["x"], b: { c: [true] } }, { a: "x", b: {} }, false],
  [{ a: [{ exists: true }] }, { a: null }, true],
  [{ a: [{ exists: false }] }, {}, true],
  [{ a: [{ exists: false }] }, { a: 1 }, false],
  [{ a: [{ prefix: "ab" }] }, { a: "abc" }, true],
  [{ a: [{ suffix: "ab" }] }, { a: "abc" }, false],
  [{ a: [{ "anything-but": ["x", 1] }] }, { a: 1 }, false],
  [{ a: [{ "anything-but": ["x", 1] }] }, { a: 2 }, true],
  [{ a: [{ "anything-but": { prefix: "x" } }] }, { a: "xy" }, false],
  [{ a: [{ "anything-but": "x" }] }, {}, false],
  [{ a: [{ numeric: [">", 1, "<=", 3] }] }, { a: 3 }, true],
  [{ a: [{ numeric: [">", 1, "<=", 3] }] }, { a: 1 }, false],
  [{ a: [{ numeric: ["=", 1] }] }, { a: "1" }, false],
  [{ a: [{ "equals-ignore-case": "X" }] }, { a: "x" }, true],
  [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 2 }, true],
  [{ $or: [{ a: [1] }, { b: [2] }] }, { b: 1 }, false],
])("%j on %j is %s", (pattern, value, expected) => {
  expect(matches(pattern, value)).toBe(expected);
});

test("looks into a body that is JSON, or at its plain text", () => {
  expect(passesFilters([], { body: "x" })).toBe(true);
  expect(passesFilters([{ body: { a: [1] } }], { body: '{"a":1}' })).toBe(true);
  expect(passesFilters([{ body: { a: [1] } }], { body: "plain" })).toBe(false);
  expect(passesFilters([{ body: [{ prefix: "pl" }] }], { body: "plain" })).toBe(true);
});

test("refuses an operator it does not know", () => {
  expect(() => matches({ a: [{ cidr: "10.0.0.0/8" }] }, { a: "x" })).toThrow(
    'expected a known operator, got "cidr"',
  );
});
