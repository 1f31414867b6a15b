import type { LaneEvent } from "../lanes/events";
import type { ConnectionId, Store } from "../ports";
import type { Flow } from "./flow";
import type { CountedSender } from "./sender";

interface Counting {
  readonly flow: Flow;
  readonly sender: CountedSender;
  readonly store: Pick<Store, "saveInflow">;
}

/**
 * Counts a batch that holds nothing but pongs. For these no socket is restored and no handler runs.
 *
 * @returns whether that is all there is to do; not if it holds anything else or its client sends too fast
 */
export async function countPongs(
  id: ConnectionId,
  events: readonly LaneEvent[],
  { flow, sender, store }: Counting,
): Promise<boolean> {
  for (const event of events) {
    if (event.type !== "frame" || event.weight === undefined) return false;
  }
  for (const event of events) {
    if (event.type !== "frame" || event.redelivered) continue;
    if (!flow.admitsPong(event.at)) return false;
    sender.noteFrame(event.weight);
  }
  if (!(await sender.settle())) return false;
  const busyUntil = flow.toKeep;
  if (busyUntil !== undefined) await store.saveInflow(id, { busyUntil });
  return true;
}
