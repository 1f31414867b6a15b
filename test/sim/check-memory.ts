import { nameOf, SAID } from "./app";
import type { Talker } from "./talker";

/**
 * The application's variable against what clients know: each change that was acknowledged is in it, or its event is a
 * dead letter; none is in it twice; and those of one connection are in its order.
 */
export function checkMemory(
  entries: ReadonlyMap<string, string>,
  talkers: readonly Talker[],
  deadLetters: readonly string[],
): string[] {
  const said: string[] = JSON.parse(entries.get(`m${SAID}`) ?? "[]");
  const known = new Set(said);
  const violations = said
    .filter((name, place) => said.indexOf(name) !== place)
    .map((name) => `in the memory twice: ${name}`);
  for (const { acknowledged, options } of talkers) {
    // Managed rooms keep nothing there.
    for (const one of acknowledged.filter(({ namespace }) => namespace !== "/team")) {
      const isDead = deadLetters.some((text) => text.includes(`"n":${one.n}`));
      // What a greedy client asks for again and again has one name.
      if (!known.has(nameOf(one)) && !isDead && !options.isGreedy)
        violations.push(`not in the memory: ${nameOf(one)}`);
    }
  }
  return violations;
}
