/**
 * Refuses an application that keeps clients out in ways that do not run here, since they would be let in.
 *
 * @throws Error that names the places, the reasons and the ways out
 */
export function refuseLocks(entry: string): void {
  // Loaded here: the compiler takes a quarter of a second, and only who synthesizes needs it.
  const { describeLocks, findLocks } =
    require("../checks/locks") as typeof import("../checks/locks");
  const locks = findLocks(entry);
  if (locks.length > 0) throw new Error(describeLocks(locks));
}
