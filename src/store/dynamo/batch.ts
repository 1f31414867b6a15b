import { setTimeout as sleep } from "node:timers/promises";
import { type AttributeMap, toAttributes } from "../../aws/attribute-values";
import type { JsonService } from "../../aws/json-client";
import { type Backoff, backoff, jitter } from "../../backoff";
import { marked } from "./format";
import type { Item } from "./item";
import type { Key } from "./keys";

/** Most writes in one BatchWriteItem. */
const MAX_BATCH = 25;
const MAX_TRIES = 8;
/** Between the tries of what DynamoDB has left over of a batch. */
export const BATCH_PAUSES_MS: Backoff = { first: 50, last: 6400 };

export interface Writes {
  readonly put?: readonly Item[];
  readonly remove?: readonly Key[];
}

type Request = { PutRequest: { Item: AttributeMap } } | { DeleteRequest: { Key: AttributeMap } };

/**
 * Writes and deletes items, 25 to a request. BatchWriteItem may leave some unprocessed when it is
 * throttled; those are tried again with growing pauses, and the call rejects if some still remain.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export async function batchWrite(
  dynamo: JsonService,
  table: string,
  writes: Writes,
): Promise<void> {
  const requests: Request[] = [
    ...(writes.put ?? []).map((item) => ({ PutRequest: { Item: toAttributes(marked(item)) } })),
    ...(writes.remove ?? []).map((key) => ({ DeleteRequest: { Key: toAttributes(key) } })),
  ];
  for (let start = 0; start < requests.length; start += MAX_BATCH) {
    await writeAll(dynamo, table, requests.slice(start, start + MAX_BATCH));
  }
}

async function writeAll(dynamo: JsonService, table: string, requests: Request[]): Promise<void> {
  let left = requests;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await sleep(jitter(backoff(tries, BATCH_PAUSES_MS)));
    const answer = await dynamo.call("BatchWriteItem", { RequestItems: { [table]: left } });
    const unprocessed = answer.UnprocessedItems as Record<string, Request[]> | undefined;
    left = unprocessed?.[table] ?? [];
    if (left.length === 0) return;
  }
  throw new Error(
    `Cannot write memberships: expected all items to be processed, got ${left.length} unprocessed after ${MAX_TRIES} tries`,
  );
}
