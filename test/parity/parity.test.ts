import fc from "fast-check";
import { compare } from "./compare";
import { knownBugs } from "./known-bugs";
import { startPairs } from "./pairs";
import { programsWithout } from "./programs";

/** A few random programs, always the same; `run.ts` plays as many as one likes. */

const SEED = 20;
const PROGRAMS = 8;
/** A quiet machine takes half a minute. */
jest.setTimeout(600_000);

let servers: Awaited<ReturnType<typeof startPairs>>;

beforeAll(async () => {
  servers = await startPairs(true);
});

afterAll(() => servers?.close());

test("clients and handlers notice the same with either server", async () => {
  const programs = programsWithout(new Set(Object.keys(knownBugs)));
  const property = fc.asyncProperty(programs, (program) => compare(program, servers.pairs));
  await fc.assert(property, { seed: SEED, numRuns: PROGRAMS, endOnFailure: true });
});
