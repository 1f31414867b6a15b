import { synthesize } from "../parity/assembly";
import type { Driver } from "../sim/driver";
import { runChaos } from "./chaos";

/**
 * Real sockets over the local stack: when exactly things fail depends on the machine, so a seed is a hint only.
 *
 * @param isResident whether the application has one lane, and keeps what was said in its variables
 */
export function realDriver(isResident: boolean): Driver {
  let stack: Awaited<ReturnType<typeof synthesize>>;
  return {
    defaults: { seeds: 20, clients: 24, steps: 400 },
    async start() {
      stack = isResident
        ? await synthesize("test/chaos/app.ts", "application")
        : await synthesize("test/e2e/app.ts", "connection");
    },
    async run(seed, size) {
      const assembly = stack.directory;
      try {
        const { violations, said, heard, faults } = await runChaos({
          ...{ assembly, seed, isResident },
          ...size,
        });
        return { violations, summary: { said, heard, faults: sum(faults) } };
      } catch (error) {
        return { violations: [(error as Error).message], summary: {} };
      }
    },
    stop: () => stack.remove(),
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
