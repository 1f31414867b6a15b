import { type Counted, checkCounts } from "./check-counts";

const counted = (life: string, place: number, count: number): Counted => ({
  ...{ life, connection: `of ${life}`, place, count },
});

test("a change that is lost, and one that counts twice, are violations", () => {
  const all = [counted("a", 2, 2), counted("a", 1, 1), counted("a", 3, 2), counted("b", 1, 2)];
  expect(checkCounts(all, new Set())).toEqual([
    "b counted 2 of 1 changes without a fault",
    "a lost a change: 2, then 2",
  ]);
});

test("a socket that came again begins anew, and an event that came again may count twice", () => {
  const all = [counted("a", 1, 1), counted("a", 2, 3), counted("b", 1, 1)];
  expect(checkCounts(all, new Set(["of a"]))).toEqual([]);
});
