import type { ConnectionId, Inflow, RecentAction } from "../ports";
import { connectionKey } from "./keys";
import type { Table } from "./table";

/** See `Store.saveInflow`. */
export async function writeInflow(
  table: Table,
  id: ConnectionId,
  { pending, busyUntil, recent }: Inflow,
): Promise<void> {
  const values = {
    ...(pending && pending.length > 0 ? { b: pending } : {}),
    ...(busyUntil === undefined ? {} : { q: busyUntil }),
    ...(recent
      ? { i: JSON.stringify(recent.map(({ key, at, answers }) => [key, at, ...answers])) }
      : {}),
  };
  const names = Object.keys(values);
  const set = names.length > 0 ? `SET ${names.map((name) => `${name} = :${name}`).join(", ")}` : "";
  await table.update(connectionKey(id), {
    UpdateExpression: pending?.length === 0 ? `${set} REMOVE b` : set,
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
