import { randomBytes } from "node:crypto";
import { cut, estimateSize } from "../../src/store/dynamo/key-space";

const ids = (count: number) =>
  // Base64url is ASCII, in which the order of characters is the order of bytes.
  Array.from({ length: count }, () => randomBytes(15).toString("base64url")).sort();

test.each([1, 4, 16, 64])("every id is in exactly one of %d cells, all about as large", (count) => {
  const cells = cut(count);
  const all = ids(20_000);
  const sizes = cells.map(({ after, to }) => all.filter((id) => id > after && id <= to).length);
  expect(sizes.reduce((a, b) => a + b)).toBe(all.length);
  for (const size of sizes) expect(size).toBeGreaterThan((all.length / count) * 0.7);
});

test.each([
  [17_000, 17_000],
  [17_000, 40_000],
  [12_000, 100_000],
  [1000, 60_000],
])("a first page of %d tells that there are about %d", (page, total) => {
  const first = ids(total).slice(0, page);
  const estimate = estimateSize(first.length, first.at(-1) as string);
  expect(estimate / total).toBeGreaterThan(0.8);
  expect(estimate / total).toBeLessThan(1.25);
});

test("few members are what they are, wherever they lie", () => {
  expect(estimateSize(1, `-${"-".repeat(19)}`)).toBe(1);
  expect(estimateSize(999, "--AAAAAAAAAAAAAAAAAA")).toBe(999);
});
