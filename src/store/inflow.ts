import type { ConnectionId, Inflow, RecentAction } from "../ports";
import { connectionKey } from "./keys";
import type { Table } from "./table";

/** See `Store.saveInflow`. */
export async function writeInflow(
  table: Table,
  id: ConnectionId,
  { pending, answering, busyUntil, deliveringUntil, recent }: Inflow,
): Promise<void> {
  const values = {
    ...(pending && pending.length > 0 ? { b: pending } : {}),
    ...(answering && answering.length > 0 ? { k: answering } : {}),
    ...(busyUntil === undefined ? {} : { q: busyUntil }),
    ...(deliveringUntil === undefined ? {} : { v: deliveringUntil }),
    ...(recent
      ? { i: JSON.stringify(recent.map(({ key, at, answers }) => [key, at, ...answers])) }
      : {}),
  };
  const names = Object.keys(values);
  const set = names.length > 0 ? `SET ${names.map((name) => `${name} = :${name}`).join(", ")}` : "";
  const removed = [
    ...(pending?.length === 0 ? ["b"] : []),
    ...(answering?.length === 0 ? ["k"] : []),
  ];
  const remove = removed.length > 0 ? `REMOVE ${removed.join(", ")}` : "";
  await table.update(connectionKey(id), {
    UpdateExpression: `${set} ${remove}`.trim(),
    ConditionExpression: "attribute_exists(p)",
    ...(set && {
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`:${name}`, value]),
      ),
    }),
  });
}

/** The recent actions of a connection's item. */
export function readRecent(text: unknown): RecentAction[] {
  const stored = JSON.parse(text as string) as [string, number, ...string[]][];
  return stored.map(([key, at, ...answers]) => ({ key, at, answers }));
}
