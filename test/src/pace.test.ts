import { Pace } from "../../src/delivery/pace";

const pauses = { firstMs: 40, lastMs: 3_600_000 };

test("without refusals a post may always leave at once", () => {
  const pace = new Pace(Number.POSITIVE_INFINITY, pauses);
  for (let n = 0; n < 1000; n++) expect(pace.turn()).toBeUndefined();
});

test("a refusal makes all others wait, those under way together count once", async () => {
  const pace = new Pace(Number.POSITIVE_INFINITY, pauses);
  for (let n = 0; n < 50; n++) pace.refused();
  const started = performance.now();
  await Promise.all(Array.from({ length: 10 }, () => pace.turn()));
  // Fifty doublings would have waited for the longest time, which is an hour.
  expect(performance.now() - started).toBeGreaterThan(18);
  expect(pace.turn()).toBeUndefined();
});

test("a rate is kept", async () => {
  const pace = new Pace(500, pauses);
  const started = performance.now();
  for (let n = 0; n < 150; n++) await pace.turn();
  // A tenth of a second's worth may come at once.
  expect(performance.now() - started).toBeGreaterThan(180);
});
