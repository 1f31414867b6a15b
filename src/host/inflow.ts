import type { Inflow } from "../ports";
import type { Live } from "./session";

/** What the next frames of a connection have to know and the table does not. */
export function newInflow({ connection, flow, record }: Live): Inflow | undefined {
  const { pending } = connection;
  const isNew = pending.join() !== (record.pending ?? []).join();
  const busyUntil = flow.toKeep;
  const recent = connection.recent?.toKeep;
  if (!isNew && busyUntil === undefined && !recent) return undefined;
  const rest = { ...(busyUntil !== undefined && { busyUntil }), ...(recent && { recent }) };
  return { ...(isNew && { pending }), ...rest };
}
