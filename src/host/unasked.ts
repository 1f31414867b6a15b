import type { FrameEvent } from "../lanes/events";
import type { Store } from "../ports";
import type { Flows } from "./flows";

/**
 * Counts an ack that no function has asked for; `false` if it is one too many. Who begins frames like acks would not be
 * cut off by what each container has seen of them, so these are counted in the connection's item, and each as a counted
 * pong is: an honest client sends none.
 */
export async function admitsUnasked(
  { connectionId, at, redelivered }: FrameEvent & { readonly redelivered?: boolean },
  flows: Flows,
  store: Pick<Store, "load" | "saveInflow">,
): Promise<boolean> {
  if (redelivered) return true;
  const record = await store.load(connectionId);
  // It has ended meanwhile, and so will its lane.
  if (!record) return true;
  const flow = flows.resume(connectionId, record.busyUntil);
  const isAdmitted = flow.admitsPong(at);
  flows.note(connectionId, flow);
  const busyUntil = flow.toKeep;
  if (busyUntil !== undefined) await store.saveInflow(connectionId, { busyUntil });
  return isAdmitted;
}
