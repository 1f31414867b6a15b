import type { Inflow } from "../ports";
import type { Live } from "./session";

/** What the next frames of a connection have to know and the table does not. */
export function newInflow({ connection, flow, deliveries, record }: Live): Inflow | undefined {
  const { pending } = connection;
  const isNew = pending.join() !== (record.pending ?? []).join();
  const busyUntil = flow.toKeep;
  const deliveringUntil = deliveries.toKeep();
  const recent = connection.recent?.toKeep;
  const inflow = {
    ...(isNew && { pending }),
    ...(busyUntil !== undefined && { busyUntil }),
    ...(deliveringUntil !== undefined && { deliveringUntil }),
    ...(recent && { recent }),
  };
  return Object.keys(inflow).length > 0 ? inflow : undefined;
}
