import fc from "fast-check";
import { built, play, steps } from "./plays";
import { vocabulary } from "./vocabulary";

/** Each application does the same in one process and with a fresh container for every event, for some, or for none. */

const modes = {
  every: () => true,
  some: (event: number) => (event * 7) % 5 < 2,
  none: () => false,
};

const RUNS = Number(process.env.MEMORY_RUNS ?? 15);

describe.each(Object.keys(vocabulary))("%s", (name) => {
  test.each(Object.keys(modes))(
    "does as in one process with a fresh container for %s event",
    async (mode) => {
      const { plain, compiled, words } = built(name);
      await fc.assert(
        fc.asyncProperty(steps(), async (program) => {
          const there = await play(plain, words, program, undefined);
          const here = await play(compiled, words, program, modes[mode as keyof typeof modes]);
          expect(here.lost).toEqual([]);
          expect(here.outside.heard).toEqual(there.outside.heard);
        }),
        { numRuns: RUNS },
      );
    },
  );

  test("does compiled what its source does, where no memory is", async () => {
    const { plain, compiled, words } = built(name);
    await fc.assert(
      fc.asyncProperty(steps(), async (program) => {
        const there = await play(plain, words, program, undefined);
        const here = await play(compiled, words, program, undefined);
        expect(here.outside.heard).toEqual(there.outside.heard);
      }),
      { numRuns: RUNS },
    );
  });
});
