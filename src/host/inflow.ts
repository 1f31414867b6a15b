import type { ConnectionRecord, Inflow } from "../ports";
import type { Live } from "./live";

/** What the next frames of a connection have to know and the table does not. */
export function newInflow({ handler, flow, deliveries, record }: Live): Inflow | undefined {
  const { pending = [], recent } = handler;
  const isNew = pending.join() !== (record.pending ?? []).join();
  const busyUntil = flow.toKeep;
  const deliveringUntil = deliveries.toKeep();
  const inflow = {
    ...(isNew && { pending, ...keptOf(record, pending) }),
    ...(busyUntil !== undefined && { busyUntil }),
    ...(deliveringUntil !== undefined && { deliveringUntil }),
    ...(recent && { recent }),
  };
  return Object.keys(inflow).length > 0 ? inflow : undefined;
}

/** Frames are added to a packet until it is complete, so what was kept of it is as it was. */
function keptOf(
  { packet: id, pending: before = [] }: ConnectionRecord,
  pending: readonly string[],
): Pick<Inflow, "kept"> {
  const frames = before.length;
  const isSame = frames > 0 && before.every((frame, place) => pending[place] === frame);
  return id !== undefined && isSame ? { kept: { id, frames } } : {};
}
