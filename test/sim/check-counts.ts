/** A change of a variable that belongs to one socket, and its value afterwards, as the client was answered. */
export interface Counted {
  /** The socket, and the connection over which it was: a client that comes back begins anew. */
  readonly life: string;
  readonly connection: string;
  /** How many changes its client had asked for in this life, with this one. */
  readonly place: number;
  readonly count: number;
}

/**
 * The variables of sockets against what clients know: each change that was acknowledged is in the next value that a client
 * hears, and is in it once unless its event came again.
 */
export function checkCounts(counted: readonly Counted[], repeated: ReadonlySet<string>): string[] {
  const latest = new Map<string, Counted>();
  const violations: string[] = [];
  for (const one of [...counted].sort((a, b) => a.place - b.place)) {
    const { life, connection, place, count } = one;
    const before = latest.get(life);
    latest.set(life, one);
    if (before && count <= before.count)
      violations.push(`${life} lost a change: ${before.count}, then ${count}`);
    if (!repeated.has(connection) && count > place)
      violations.push(`${life} counted ${count} of ${place} changes without a fault`);
  }
  return violations;
}
