import fc from "fast-check";
import { generated } from "./generate";
import { play, steps } from "./plays";
import type { Word } from "./vocabulary";

/** Random applications do in containers that are replaced what they do in one process. */

const words: readonly Word[] = ["e0", "e1", "e2", "e3", "e4"].flatMap((event) => [
  ["send", event, 1] as const,
  ["send", event, 4] as const,
]);

const RUNS = Number(process.env.MEMORY_RUNS ?? 100);

test("random applications do the same in fresh containers as in one process", async () => {
  await fc.assert(
    fc.asyncProperty(generated, steps(3, 20), fc.nat(4), async (app, program, often) => {
      const there = await play(app.source, words, program, undefined);
      const replace = (event: number) => event % (often + 1) === 0;
      const here = await play(app.compiled, words, program, replace);
      expect(here.lost).toEqual([]);
      expect(here.outside.heard).toEqual(there.outside.heard);
    }),
    { numRuns: RUNS },
  );
});
