import { runChaos } from "../chaos/chaos";
import { assembly } from "../support/clients";

/** One short run with real sockets and containers; test/sim makes many without. */
test("no client hears what is not meant for it, nothing acknowledged is lost, no ghosts stay", async () => {
  const result = await runChaos({ assembly: assembly(), seed: 1, clients: 8, steps: 150 });
  expect(result.violations).toEqual([]);
  // A run in which nothing went wrong would show nothing.
  expect(Object.keys(result.faults).length).toBeGreaterThan(2);
  expect(result.said).toBeGreaterThan(20);
}, 180_000);
