import type { AttributeValue } from "../../src/aws/attribute-values";
import type { JsonService, Output } from "../../src/aws/json-client";
import { ServiceError } from "../../src/aws/service-error";
import type { Stores } from "../../src/ports";
import { createStores } from "../../src/store/dynamo/stores";
import { Table } from "../../src/store/dynamo/table";
import { applyUpdate, compare, holds, type Names, type StoredItem } from "./expressions";

/**
 * The ports over a table in memory. The real store runs above it, so its items, keys, expressions and
 * conditions are the real ones; what is kept is as DynamoDB's JSON writes it, and has DynamoDB's limits.
 */
export function memoryStores(): { readonly stores: Stores; readonly memory: MemoryDynamo } {
  const memory = new MemoryDynamo();
  return { memory, stores: createStores(new Table(memory, "rooms")) };
}

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_KEY_BYTES = { p: 2048, s: 1024 } as const;
const MAX_BATCH = 25;

type Input = Record<string, unknown>;

/** No answer gets lost here. */
export class MemoryDynamo implements JsonService {
  readonly #partitions = new Map<string, Map<string, StoredItem>>();

  /** Every key, as `partition` and `sort`. */
  /** But for those of rooms that were deleted in doubt, which expire. */
  keys(): [string, string][] {
    return [...this.#partitions].flatMap(([p, items]) =>
      [...items]
        .filter(([, { d }]) => !p.startsWith("n") || d === undefined)
        .map(([s]): [string, string] => [p, s]),
    );
  }

  drop(p: string, s: string): void {
    const items = this.#partitions.get(p);
    items?.delete(s);
    if (items?.size === 0) this.#partitions.delete(p);
  }

  async call(operation: string, input: object): Promise<Output> {
    return this.#carryOut(operation, structuredClone(input) as Input) as Output;
  }

  #carryOut(operation: string, input: Input): object {
    if (operation === "GetItem") return this.#get(input);
    if (operation === "PutItem") return this.#put(toStored(input.Item));
    if (operation === "UpdateItem") return this.#update(input);
    if (operation === "DeleteItem") return this.#delete(input);
    if (operation === "BatchGetItem") return this.#getBatch(input);
    if (operation === "BatchWriteItem") return this.#writeBatch(input);
    if (operation === "Query") return this.#query(input);
    throw new Error(`Cannot call: expected a known operation, got ${operation}`);
  }

  #get({ Key }: Input) {
    const found = this.#find(keyOf(toStored(Key)));
    return found ? { Item: found } : {};
  }

  #find([p, s]: readonly [string, string]): StoredItem | undefined {
    return this.#partitions.get(p)?.get(s);
  }

  #put(item: StoredItem): object {
    const [p, s] = keyOf(item);
    checkSize(item);
    const items = this.#partitions.get(p);
    if (items) items.set(s, item);
    else this.#partitions.set(p, new Map([[s, item]]));
    return {};
  }

  #update(input: Input): object {
    const key = toStored(input.Key);
    const before = this.#find(keyOf(key));
    const given = namesOf(input);
    check(input.ConditionExpression as string | undefined, before ?? {}, given);
    const after = applyUpdate(input.UpdateExpression as string, before ?? key, given);
    this.#put(after);
    if (input.ReturnValues === "ALL_NEW") return { Attributes: after };
    const touched = Object.entries(before ?? {}).filter(([name, value]) => after[name] !== value);
    return touched.length > 0 ? { Attributes: Object.fromEntries(touched) } : {};
  }

  #delete(input: Input): object {
    const key = keyOf(toStored(input.Key));
    const before = this.#find(key);
    check(input.ConditionExpression as string | undefined, before ?? {}, namesOf(input));
    this.drop(...key);
    return before && input.ReturnValues ? { Attributes: before } : {};
  }

  #getBatch({ RequestItems }: Input): object {
    const [[table, { Keys }]] = Object.entries(RequestItems as object) as [
      [string, { Keys: StoredItem[] }],
    ];
    const found = Keys.map((key) => this.#find(keyOf(toStored(key)))).filter((item) => !!item);
    return { Responses: { [table]: found } };
  }

  #writeBatch({ RequestItems }: Input): object {
    const [requests = []] = Object.values(RequestItems as Record<string, Input[]>);
    const puts = requests.map(({ PutRequest }) => PutRequest as { Item: unknown } | undefined);
    const items = puts.map((put, place) => {
      const removed = requests[place]?.DeleteRequest as { Key: unknown } | undefined;
      return { isPut: put !== undefined, item: toStored(put?.Item ?? removed?.Key) };
    });
    const distinct = new Set(items.map(({ item }) => keyOf(item).join("\n")));
    if (items.length > MAX_BATCH || distinct.size < items.length) {
      throw invalid(`a batch of ${items.length} with ${distinct.size} keys`);
    }
    for (const { isPut, item } of items) {
      if (isPut) this.#put(item);
      else this.drop(...keyOf(item));
    }
    return { UnprocessedItems: {} };
  }

  #query(input: Input) {
    const values = input.ExpressionAttributeValues as StoredItem;
    const partition = this.#partitions.get(values[":p"]?.S as string);
    const condition = input.KeyConditionExpression as string;
    const matching = [...(partition?.values() ?? [])]
      .filter((item) => holds(condition, item, { values }))
      .sort((a, b) => compare(a.s as AttributeValue, b.s as AttributeValue));
    const limit = (input.Limit as number | undefined) ?? matching.length;
    const Items = matching.slice(0, limit);
    const last = matching.length > limit ? Items.at(-1) : undefined;
    const next = last ? { LastEvaluatedKey: { p: last.p, s: last.s } as StoredItem } : {};
    return { Items, Count: Items.length, ...next };
  }
}

function namesOf(input: Input): Names {
  const values = input.ExpressionAttributeValues as StoredItem | undefined;
  const names = input.ExpressionAttributeNames as Record<string, string> | undefined;
  return { names, values: values && toStored(values) };
}

function check(condition: string | undefined, item: StoredItem, given: Names): void {
  if (holds(condition, item, given)) return;
  throw new ServiceError("ConditionalCheckFailedException", "The condition failed");
}

function toStored(item: unknown): StoredItem {
  return wellFormed(item) as StoredItem;
}

/** Text travels as UTF-8, in which half a character is U+FFFD. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") {
    return /\p{Cs}/u.test(value) ? Buffer.from(value).toString() : value;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const [name, one] of Object.entries(value)) {
    const repaired = wellFormed(one);
    if (repaired !== one) (value as Input)[name] = repaired;
  }
  return value;
}

function keyOf({ p, s }: StoredItem): [string, string] {
  for (const [name, value] of [
    ["p", p],
    ["s", s],
  ] as const) {
    const bytes = Buffer.byteLength(value?.S ?? "");
    if (bytes === 0 || bytes > MAX_KEY_BYTES[name])
      throw invalid(`a key ${name} of ${bytes} bytes`);
  }
  return [p?.S as string, s?.S as string];
}

function checkSize(item: StoredItem): void {
  const bytes = sizeOf(item);
  if (bytes > MAX_ITEM_BYTES) throw invalid(`an item of ${bytes} bytes`);
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce((sum, [name, one]) => sum + name.length + sizeOf(one), 0);
}

function invalid(what: string): Error {
  return new ServiceError("ValidationException", `Expected what a table can hold, got ${what}`);
}
