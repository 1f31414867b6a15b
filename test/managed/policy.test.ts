import { readFileSync } from "node:fs";
import { join } from "node:path";
import { claimsPolicy, explain } from "../../managed";
import { MAX_STEPS, matches } from "../../managed/pattern";

/** The tables of docs/permissions.md are run as they stand. */
const text = readFileSync(join(__dirname, "../../docs/permissions.md"), "utf8");

/** The rows of the table under a heading, cell by cell; what stands in backticks without them. */
function table(heading: string): string[][] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
}

const patterns = table("Patterns");
test.each(patterns)("pattern %s, claims %s: room %s → %s", (pattern, claims, room, answer) => {
  expect(matches(pattern as string, room as string, JSON.parse(claims || "{}"))).toBe(
    answer === "yes",
  );
});

const cases = table("Cases");
test.each(cases)("claims %s: %s in %s → %s", (claims, verb, room, answer, why) => {
  const explanation = explain(JSON.parse(claims as string), verb as string, room as string);
  expect(explanation.allowed).toBe(answer === "yes");
  const because = explanation.allowed ? JSON.stringify(explanation.by) : explanation.reason;
  expect(because).toContain(why);
});

test("the tables are there", () => {
  expect(patterns.length).toBeGreaterThan(10);
  expect(cases.length).toBeGreaterThan(15);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: patterns name claims so.
test("the application's grants add to the token's", () => {
  const grants = { "lobby.*": ["join"] as const, "room:${sub}": "*" as const };
  const options = { grants };
  expect(explain({ sub: "ada" }, "send", "room:ada", options)).toEqual({
    allowed: true,
    by: { source: "application", pattern: "room:${sub}", verb: "*" },
  });
  expect(explain({ rooms: { x: ["join"] } }, "join", "lobby.1", options).allowed).toBe(true);
  expect(explain({ rooms: { x: ["join"] } }, "join", "x", options).allowed).toBe(true);
});

test("invalid grants of the application are refused at once", () => {
  expect(() => claimsPolicy({ grants: { lobby: "join" } as never })).toThrow(
    "expected an object of",
  );
});

test("invalid grants in claims grant nothing", () => {
  for (const rooms of [null, 1, "x", [], { a: 1 }, { a: [1] }, "[1]"]) {
    expect(explain({ rooms }, "join", "a").allowed).toBe(false);
  }
  expect(explain({ rooms: '{"a":["join"]}' }, "join", "a").allowed).toBe(true);
  const polluted = JSON.parse('{"rooms":{"__proto__":["join"]}}');
  expect(explain(polluted, "join", "constructor").allowed).toBe(false);
});

test("the work for one request is bounded, however its token is made", () => {
  const budget = { steps: MAX_STEPS };
  expect(matches(`${"**a".repeat(80)}b`, "a".repeat(256), {}, budget)).toBe(false);
  expect(matches(`${"${x}".repeat(20)}`, "y", { x: ["a", "b", "c"] }, budget)).toBe(false);
  expect(budget.steps).toBeGreaterThan(MAX_STEPS / 2);
  const many = Array.from({ length: 2000 }, (_, index) => `${index}`);
  const rooms = Object.fromEntries(many.map((name) => [`**\${x}**\${x}**${name}`, ["join"]]));
  expect(explain({ x: many, rooms }, "join", "1".repeat(256))).toEqual({
    allowed: false,
    reason: expect.stringContaining("expected a token whose grants can be checked in time"),
  });
});

test.each([
  [
    "values that fit nothing",
    { x: Array(2600).fill(1.5), rooms: { [`${"${x}".repeat(1300)}a`]: "*" } },
  ],
  [
    "a verb again and again",
    { x: Array(2500).fill(1.5), rooms: { "${x}a": Array(1500).fill("") } },
  ],
])("the work is bounded for %s, too", (_, claims) => {
  expect(explain(claims, "join", "a")).toEqual({
    allowed: false,
    reason: expect.stringContaining("expected a token whose grants can be checked in time"),
  });
});

test("reading a pattern is work, too", () => {
  const budget = { steps: MAX_STEPS };
  expect(matches("${".repeat(7000), "a", {}, budget)).toBe(false);
  expect(budget.steps).toBeLessThanOrEqual(MAX_STEPS - 14_000);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: patterns name claims so.
