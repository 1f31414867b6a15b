/**
 * When a socket's permission ends. Whatever middleware checks tokens, it leaves their claims in
 * `socket.data.claims`; their `exp` then ends what the socket hears, without the socket's help.
 * https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 *
 * @returns epoch seconds; `undefined` for a socket without such a claim.
 */
export function expiryOf(data: unknown): number | undefined {
  const { claims } = (data ?? {}) as { claims?: { exp?: unknown } | null };
  const exp = claims?.exp;
  return typeof exp === "number" && Number.isFinite(exp) ? exp : undefined;
}

/** @param until epoch seconds. @param now epoch milliseconds. */
export function isOver(until: number | undefined, now = Date.now()): boolean {
  return until !== undefined && until * 1000 <= now;
}
