import type { Ending } from "./app";
import { Places } from "./app";
import type { Doubts } from "./stack";
import type { Talker } from "./talker";

export interface EndEvidence {
  readonly talkers: readonly Talker[];
  readonly doubts: Doubts;
  readonly ends: Ending[];
  readonly recovers: boolean;
  readonly deadLetters: readonly string[];
  /** Whether batches were handled twice at a time: a client may then have been told of two sockets. */
  readonly overlapped: boolean;
  /** Whether a batch is that of all connections: what comes again of one may end another once more. */
  readonly isResident: boolean;
}

/**
 * Each socket that a client has been has run its `disconnect` listeners: once, and more often only if an event
 * of its connection came again. A session that was recovered is one socket id with several connections, and
 * ends once with each.
 */
export function checkEnds(evidence: EndEvidence): string[] {
  const { talkers, doubts, ends, recovers, deadLetters, overlapped, isResident } = evidence;
  const counts = new Map<string, number>();
  for (const { socketId } of ends) counts.set(socketId, (counts.get(socketId) ?? 0) + 1);
  const found: string[] = [];
  for (const { name, sockets } of talkers) {
    for (const [socketId, { namespace, connections }] of sockets) {
      if (namespace === Places.managed) continue;
      const count = counts.get(socketId) ?? 0;
      const ids = [...connections];
      const isRepeated = ids.some((id) => doubts.repeated.has(id));
      const mayRepeat = isResident ? doubts.repeated.size > 0 : isRepeated;
      const isLost =
        deadLetters.some((body) => ids.some((id) => body.includes(`"${id}"`))) ||
        (overlapped && isRepeated);
      if (count < connections.size && !isLost) {
        found.push(`${name}'s ${socketId} of ${ids} ended ${count} times, not ${connections.size}`);
      }
      if (count > connections.size && !recovers && !mayRepeat) {
        found.push(`${name}'s ${socketId} of ${ids} ended ${count} times without a fault`);
      }
    }
  }
  return found;
}
