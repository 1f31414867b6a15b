import { nameOf, SAID } from "./app";
import { mentions } from "./check-messages";
import type { Acknowledged } from "./said";
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
    // What a greedy client asks for again and again has one name.
    if (options.isGreedy) continue;
    // Managed rooms keep nothing there.
    const kept = acknowledged.filter(({ namespace }) => namespace !== "/team");
    const isDead = (one: Acknowledged) => deadLetters.some((text) => mentions(text, one));
    violations.push(
      ...kept
        .filter((one) => !known.has(nameOf(one)) && !isDead(one))
        .map((one) => `not in the memory: ${nameOf(one)}`),
      ...checkOrder(kept, said),
    );
  }
  return violations;
}

/** What a client said over one connection, against the order in which it said it. */
function checkOrder(kept: readonly Acknowledged[], said: readonly string[]): string[] {
  const latest = new Map<string, Acknowledged>();
  const violations: string[] = [];
  for (const one of [...kept].sort((a, b) => a.n - b.n)) {
    const place = said.indexOf(nameOf(one));
    if (place < 0) continue;
    const before = latest.get(one.connection);
    if (before && said.indexOf(nameOf(before)) > place) {
      violations.push(
        `in the memory before an earlier change of ${one.connection}: ${nameOf(one)}`,
      );
    } else latest.set(one.connection, one);
  }
  return violations;
}
