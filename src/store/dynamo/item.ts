/** What the table holds under one key. */
export type Item = Record<string, unknown>;

/** TTL of an item that is of no use after a while, epoch seconds. */
export function expiryIn(ms: number): number {
  return Math.ceil((Date.now() + ms) / 1000);
}
