import type { Driver } from "../sim/driver";
import setup, { teardown } from "../support/synthesize";
import { runChaos } from "./chaos";

/** Real sockets over the local stack: when exactly things fail depends on the machine, so a seed is a hint only. */
export const realDriver: Driver = {
  defaults: { seeds: 20, clients: 24, steps: 400 },
  start: setup,
  async run(seed, size) {
    const assembly = process.env.ASSEMBLY as string;
    try {
      const { violations, said, heard, faults } = await runChaos({ assembly, seed, ...size });
      return { violations, summary: { said, heard, faults: sum(faults) } };
    } catch (error) {
      return { violations: [(error as Error).message], summary: {} };
    }
  },
  stop: teardown,
};

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
