import type { Token } from "./types";

/** Before it ends, a token is replaced by so much, or by half of what is left. */
const EARLY_MS = 30_000;
/** `setTimeout` fires at once for more. */
const LONGEST_MS = 2 ** 31 - 1;
const SHORTEST_MS = 1_000;

export async function readToken(token: Token | undefined): Promise<string | undefined> {
  return typeof token === "function" ? token() : token;
}

/** When to replace a token; undefined for one that is not a JWT, has no end, or has ended. */
export function renewAfterMs(token: string, nowMs: number): number | undefined {
  const left = endOf(token) * 1000 - nowMs;
  const ms = Math.max(left - EARLY_MS, left / 2);
  return ms >= SHORTEST_MS ? Math.min(ms, LONGEST_MS) : undefined;
}

/** In seconds; NaN if it has none. */
function endOf(token: string): number {
  try {
    const text = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    return Number(JSON.parse(atob(text)).exp);
  } catch {
    return Number.NaN;
  }
}
