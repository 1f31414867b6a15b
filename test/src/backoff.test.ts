import { backoff, jitter } from "../../src/backoff";

test("pauses grow from the first to the last", () => {
  const pauses = [1, 2, 3, 4, 5, 100].map((n) => backoff(n, { first: 50, last: 400 }));
  expect(pauses).toEqual([50, 100, 200, 400, 400, 400]);
  expect(backoff(3, { first: 10, last: 200, growth: 1.5 })).toBe(22.5);
});

test("a random part of a pause is no shorter than asked and no longer than the pause", () => {
  const random = jest.spyOn(Math, "random");
  random.mockReturnValue(0);
  expect([jitter(100), jitter(100, 0.5)]).toEqual([0, 50]);
  random.mockReturnValue(0.5);
  expect([jitter(100), jitter(100, 0.5)]).toEqual([50, 75]);
  random.mockRestore();
});
