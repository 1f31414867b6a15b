/** The pause before a connection is tried again: the defaults and the formula of socket.io-client. */
export interface Backoff {
  readonly minMs: number;
  readonly maxMs: number;
  readonly jitter: number;
}

/**
 * https://github.com/socketio/socket.io/blob/main/packages/socket.io-client/lib/contrib/backo2.ts
 *
 * @param attempt from 0
 * @param random from 0 to 1
 */
export function pauseMs(
  { minMs, maxMs, jitter }: Backoff,
  attempt: number,
  random: number,
): number {
  const ms = minMs * 2 ** attempt;
  return Math.min(ms + ms * jitter * (random * 2 - 1), maxMs);
}
