import { attacks, play } from "../../bench/hostile-state";

/**
 * A partition of the table takes 1,000 write units a second, and other connections are in it. A client that stays
 * within its limits sends 100 frames a second, at least one batch for ten of them.
 */
const BATCHES_PER_SECOND = 10;

/** The most that a batch may cost: about what its frames ask for, however fat their connection is. */
const most: Readonly<Record<string, number>> = {
  "small-state": 1,
  "large-state": 2,
  // Each joins or leaves a room: the membership, the room's count, the socket's list.
  rooms: 50,
  // What is sent is written once: 120 KB in a batch, then small ones.
  "unfinished-packet": 130,
};

test.each(attacks.map((attack) => [attack.name, attack] as const))(
  "%s: a hostile client takes its share of a partition and not more",
  async (name, attack) => {
    const costs = await play(attack, 7);
    const units = costs.map(({ writeUnits }) => writeUnits);
    expect(costs).toHaveLength(7);
    expect(Math.max(...units)).toBeLessThanOrEqual(most[name] as number);
    const mean = units.reduce((sum, one) => sum + one, 0) / units.length;
    expect(mean * BATCHES_PER_SECOND).toBeLessThanOrEqual(500);
  },
);

test("an ordinary connection is one item: a batch is one read and at most one write", async () => {
  const [ordinary] = attacks;
  const costs = await play(ordinary as (typeof attacks)[number], 3);
  for (const { requests, readUnits } of costs) {
    expect(requests).toEqual(["1 GetItem", "1 UpdateItem"]);
    expect(readUnits).toBe(1);
  }
});
