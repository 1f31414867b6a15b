import { defined } from "../../defined";
import type { ConnectionId, KeptFrame, ReceiveState, RecentAction } from "../../ports";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { ackFramesKey, connectionKey } from "./keys";
import type { Table } from "./table";

/** See `Store.saveReceiveState`. `false` if the connection has ended, or has its parts apart. */
export async function writeReceiveState(
  table: Table,
  id: ConnectionId,
  { pending, busyUntil, deliveringUntil, recent }: ReceiveState,
): Promise<boolean> {
  const values: Item = {
    ...(pending && pending.length > 0 ? { b: pending } : {}),
    ...defined({ q: busyUntil, v: deliveringUntil, i: recent && recentAttribute(recent) }),
  };
  const names = Object.keys(values);
  const set = names.length > 0 ? `SET ${names.map((name) => `${name} = :${name}`).join(", ")}` : "";
  const remove = pending?.length === 0 ? "REMOVE b" : "";
  const before = await table.update(connectionKey(id), {
    UpdateExpression: `${set} ${remove} ADD m :one`.trim(),
    ConditionExpression: "attribute_exists(p) AND attribute_not_exists(z)",
    ReturnValues: "NONE",
    ExpressionAttributeValues: {
      ":one": 1,
      ...Object.fromEntries(names.map((name) => [`:${name}`, values[name]])),
    },
  });
  return before !== undefined;
}

export function recentAttribute(recent: readonly RecentAction[]): string {
  return JSON.stringify(recent.map(({ key, at, answers }) => [key, at, ...answers]));
}

/** The recent actions of a connection's item. */
export function readRecent(text: unknown): RecentAction[] {
  const stored = JSON.parse(text as string) as [string, number, ...string[]][];
  return stored.map(([key, at, ...answers]) => ({ key, at, answers }));
}

/** Longer than an ack waits on its lane, and any invocation for it. */
const ANSWERING_MS = 60 * 60 * 1000;

/** An unfinished ack has an item of its own (`v` its frames, `e` expiry): its lane need not read the connection. */
export async function readAckFrames(table: Table, id: ConnectionId): Promise<KeptFrame[]> {
  return ((await table.get(ackFramesKey(id)))?.v ?? []) as KeptFrame[];
}

export async function writeAckFrames(
  table: Table,
  id: ConnectionId,
  frames: readonly KeptFrame[],
): Promise<void> {
  const key = ackFramesKey(id);
  if (frames.length === 0) await table.write({ remove: [key] });
  else await table.put({ ...key, v: frames, [Keys.expiry]: expiryIn(ANSWERING_MS) });
}
