import fc from "fast-check";
import { synthesize } from "./assembly";
import { compare, type Sides } from "./compare";
import { knownBugs } from "./known-bugs";
import { programsWithout } from "./programs";
import { startReference, startRooms } from "./sides";

/** A few random programs, always the same; `run.ts` plays as many as one likes. */

const SEED = 20;
const PROGRAMS = 15;

let assembly: Awaited<ReturnType<typeof synthesize>>;
let sides: Sides;

beforeAll(async () => {
  assembly = await synthesize();
  const reference = await startReference();
  sides = { reference, rooms: await startRooms(assembly.directory, true) };
}, 60_000);

afterAll(async () => {
  await sides?.rooms.close();
  await sides?.reference.close();
  await assembly?.remove();
});

test("clients and handlers notice the same with either server", async () => {
  const programs = programsWithout(new Set(Object.keys(knownBugs)));
  const property = fc.asyncProperty(programs, (program) => compare(program, sides));
  await fc.assert(property, { seed: SEED, numRuns: PROGRAMS, endOnFailure: true });
}, 120_000);
