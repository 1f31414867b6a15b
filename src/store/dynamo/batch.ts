import { setTimeout as sleep } from "node:timers/promises";
import { BatchWriteCommand, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
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

type Request = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Key } };

/**
 * Writes and deletes items, 25 to a request. BatchWriteItem may leave some unprocessed when it is
 * throttled; those are tried again with growing pauses, and the call rejects if some still remain.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export async function batchWrite(
  dynamo: DynamoDBDocumentClient,
  table: string,
  writes: Writes,
): Promise<void> {
  const requests: Request[] = [
    ...(writes.put ?? []).map((item) => ({ PutRequest: { Item: marked(item) } })),
    ...(writes.remove ?? []).map((key) => ({ DeleteRequest: { Key: key } })),
  ];
  for (let start = 0; start < requests.length; start += MAX_BATCH) {
    await writeAll(dynamo, table, requests.slice(start, start + MAX_BATCH));
  }
}

async function writeAll(
  dynamo: DynamoDBDocumentClient,
  table: string,
  requests: Request[],
): Promise<void> {
  let left = requests;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (tries > 0) await sleep(jitter(backoff(tries, BATCH_PAUSES_MS)));
    const answer = await dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: left } }));
    left = (answer.UnprocessedItems?.[table] ?? []) as Request[];
    if (left.length === 0) return;
  }
  throw new Error(
    `Cannot write memberships: expected all items to be processed, got ${left.length} unprocessed after ${MAX_TRIES} tries`,
  );
}
