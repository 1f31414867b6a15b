import fc from "fast-check";
import { applicationOf } from "./applications";
import { compare } from "./compare";
import { found } from "./found";
import type { Program } from "./language";
import { programsOf } from "./programs";

/** Random programs, always the same; `run.ts` plays as many as one likes. */
const SEED = 18;
const PROGRAMS = 300;

jest.setTimeout(600_000);

const vote = { step: "batch", acts: [{ act: "say", client: "a", word: 0 }] } as const;
const votes: Program = { app: "counter", fresh: "every", steps: [vote, vote] };

test("an application whose memory does not outlive its container is noticed", async () => {
  const { plain, words } = applicationOf("counter");
  const forgetful = { plain, compiled: plain, words };
  await expect(compare(votes, forgetful)).rejects.toThrow('- a1  42["votes",2]');
  await compare(votes);
});

test.each(Object.entries(found))("%s", (_, program) => compare(program));

test("clients hear of Socket.IO's own server and of containers that come and go the same", async () => {
  const property = fc.asyncProperty(programsOf(), (program) => compare(program));
  await fc.assert(property, { seed: SEED, numRuns: PROGRAMS });
});
