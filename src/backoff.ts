/** The pauses between tries: each is `growth` times the one before. */
export interface Backoff {
  /** In whatever unit the caller counts. */
  readonly first: number;
  readonly last: number;
  /** @default 2 */
  readonly growth?: number;
}

/** The pause after the nth try, counted from 1. */
export function backoff(n: number, { first, last, growth = 2 }: Backoff): number {
  return Math.min(last, first * growth ** (n - 1));
}

/**
 * A random part of a pause, so that callers that were refused together do not come back together.
 *
 * @param least the smallest part, from 0 to 1
 */
export function jitter(pause: number, least = 0): number {
  return pause * (least + Math.random() * (1 - least));
}
