/** What a synth refuses: locks that would let clients in. */
export async function refusalsOf(app: string): Promise<string[]> {
  const { describeLocks, findLocks } = await import("../checks/locks/index.js");
  const locks = findLocks(app);
  return locks.length > 0 ? [describeLocks(locks)] : [];
}
