import type { ConnectionId, Inflow } from "../ports";
import { connectionKey } from "./keys";
import type { Table } from "./table";

/** See `Store.saveInflow`. */
export async function writeInflow(
  table: Table,
  id: ConnectionId,
  { pending, busyUntil }: Inflow,
): Promise<void> {
  const values = {
    ...(pending && pending.length > 0 ? { b: pending } : {}),
    ...(busyUntil === undefined ? {} : { q: busyUntil }),
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
