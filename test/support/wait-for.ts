import { setTimeout as sleep } from "node:timers/promises";

/** Many times what anything here takes on a quiet machine: a busy one makes tests late, not wrong. */
const LIMIT_MS = 60_000;

/** Resolves when a condition holds; rejects if it never comes to hold. */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${limitMs} ms for ${condition}`);
    await sleep(5);
  }
}
