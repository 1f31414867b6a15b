import { randomBytes } from "node:crypto";
import { defined } from "../../defined";
import type { ReceiveState } from "../../ports";
import { connectionPart, type PendingPacket, type Place, pendingPart } from "./apart";
import type { Item } from "./item";
import { connectionKey } from "./keys";
import { recentAttribute } from "./receive-state";
import type { Table } from "./table";

/**
 * See `Store.saveReceiveState`. Frames that are kept already are not written again, so a client pays for each once; which of
 * them count is what the connection's item says.
 */
export async function writeApartReceiveState(
  table: Table,
  place: Place,
  state: ReceiveState,
): Promise<void> {
  const { pending, kept, busyUntil, deliveringUntil, recent } = state;
  const n = kept?.id ?? randomBytes(3).toString("base64url");
  const packet: PendingPacket = { n, c: pending?.length ?? 0 };
  const from = kept?.frames ?? 0;
  const frames = pending?.slice(from) ?? [];
  const put = [
    ...(recent ? [connectionPart(place, "i", recentAttribute(recent))] : []),
    ...(frames.length > 0 ? [pendingPart(place.connectionId, { id: n, from, frames })] : []),
  ];
  if (put.length > 0) await table.write({ put });
  const values = {
    ...defined({ q: busyUntil, v: deliveringUntil }),
    ...(packet.c > 0 ? { b: packet } : {}),
  };
  await set(table, place, values, pending?.length === 0 ? ["b"] : []);
}

async function set(
  table: Table,
  { connectionId }: Place,
  values: Item,
  removed: readonly string[],
): Promise<void> {
  const names = Object.keys(values);
  if (names.length + removed.length === 0) return;
  const sets =
    names.length > 0 ? `SET ${names.map((name) => `${name} = :${name}`).join(", ")}` : "";
  const removes = removed.length > 0 ? `REMOVE ${removed.join(", ")}` : "";
  await table.update(connectionKey(connectionId), {
    UpdateExpression: `${sets} ${removes}`.trim(),
    ConditionExpression: "attribute_exists(p)",
    ...(sets && {
      ExpressionAttributeValues: Object.fromEntries(
        names.map((name) => [`:${name}`, values[name]]),
      ),
    }),
    ReturnValues: "NONE",
  });
}
