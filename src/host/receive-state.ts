import { defined } from "../defined";
import type { ConnectionRecord, ReceiveState } from "../ports";
import type { HostedConnection } from "./hosted-connection";

/** What the next frames of a connection have to know and the table does not. */
export function newReceiveState({
  handler,
  limiter,
  deliveries,
  record,
}: HostedConnection): ReceiveState | undefined {
  const { pending = [], recent } = handler;
  const isNew = pending.join() !== (record.pending ?? []).join();
  const busyUntil = limiter.toKeep;
  const deliveringUntil = deliveries.toKeep();
  const state = {
    ...(isNew && { pending, ...keptOf(record, pending) }),
    ...defined({ busyUntil, deliveringUntil, recent }),
  };
  return Object.keys(state).length > 0 ? state : undefined;
}

/** Frames are added to a packet until it is complete, so what was kept of it is as it was. */
function keptOf(
  { packet: id, pending: before = [] }: ConnectionRecord,
  pending: readonly string[],
): Pick<ReceiveState, "kept"> {
  const frames = before.length;
  const isSame = frames > 0 && before.every((frame, place) => pending[place] === frame);
  return id !== undefined && isSame ? { kept: { id, frames } } : {};
}
