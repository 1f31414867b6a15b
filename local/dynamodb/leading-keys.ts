import { isObject, type Json, type JsonObject } from "../json";

/**
 * The partition keys that a request names, for the condition key `dynamodb:LeadingKeys`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 *
 * @param hashKey name of the table's partition key
 */
export function leadingKeys(request: JsonObject, table: string, hashKey: string): string[] {
  const named = [request.Key, request.Item].filter(isObject).map((key) => key[hashKey]);
  const batch = isObject(request.RequestItems) ? request.RequestItems[table] : undefined;
  const inBatch = isObject(batch) ? listOf(batch.Keys) : listOf(batch).map(keyOfWrite);
  const values = [...named, ...inBatch.filter(isObject).map((key) => key[hashKey])];
  return [...values.map(textOf), ...queried(request, hashKey)].filter((key) => key !== undefined);
}

function keyOfWrite(write: Json): Json | undefined {
  if (!isObject(write)) return undefined;
  const { PutRequest: put, DeleteRequest: remove } = write;
  return isObject(put) ? put.Item : isObject(remove) ? remove.Key : undefined;
}

/** What a query's condition compares the partition key with. */
function queried(request: JsonObject, hashKey: string): (string | undefined)[] {
  const { KeyConditionExpression: condition, ExpressionAttributeNames: names } = request;
  const values = request.ExpressionAttributeValues;
  if (typeof condition !== "string" || !isObject(values)) return [];
  return [...condition.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)]
    .filter(([, name = ""]) => ((isObject(names) && names[name]) || name) === hashKey)
    .map(([, , value = ""]) => textOf(values[value]));
}

/** A key as IAM compares it. */
function textOf(value: Json | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  const [text] = Object.values(value);
  return typeof text === "string" ? text : undefined;
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
