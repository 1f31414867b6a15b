import { headerOf } from "./service-error";

/** AWS refuses signatures that are further off than 5 minutes. */
const MIN_SKEW_MS = 60_000;

/**
 * What AWS's clock is ahead of ours, milliseconds, by an answer that refuses a signature; `undefined` if the clock is
 * not why.
 *
 * @param knownMs what was known before
 */
export function newSkew(head: string, knownMs: number): number | undefined {
  const skewMs = Date.parse(headerOf(head, "date") ?? "") - Date.now();
  return Math.abs(skewMs - knownMs) > MIN_SKEW_MS ? skewMs : undefined;
}
