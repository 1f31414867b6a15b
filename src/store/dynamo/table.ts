import { setTimeout as sleep } from "node:timers/promises";
import { type AttributeMap, fromAttributes, toAttributes } from "../../aws/attribute-values";
import type { JsonService, Output } from "../../aws/json-client";
import { ServiceError } from "../../aws/service-error";
import { backoff, jitter } from "../../backoff";
import { defined } from "../../defined";
import { Keys } from "./attributes";
import { BATCH_PAUSES_MS, batchWrite, type Writes } from "./batch";
import { checked, marked } from "./format";
import type { Item } from "./item";
import { keyRange, type RawPageOptions } from "./key-ranges";
import type { Key } from "./keys";

/** Most items in one BatchGetItem. */
const MAX_BATCH_GET = 100;
const MAX_TRIES = 8;

interface PagesOptions extends Omit<RawPageOptions, "limit"> {
  readonly consistent?: boolean;
}

/** An item as DynamoDB answers it: `{ s: { S: "…" } }`. */
export type RawItem = AttributeMap;

/** What a query answers. */
interface Answer {
  readonly Items?: readonly RawItem[];
  readonly Count?: number;
  readonly LastEvaluatedKey?: AttributeMap;
}

/** DynamoDB's calls on one table, in the forms that are needed here. Reads are strongly consistent. */
export class Table {
  constructor(
    private readonly dynamo: JsonService,
    private readonly name: string,
  ) {}

  async put(item: Item): Promise<void> {
    try {
      await this.#call("PutItem", { Item: toAttributes(marked(item)) });
    } catch (error) {
      throw translate(error);
    }
  }

  async get(key: Key): Promise<Item | undefined> {
    const { Item: item } = await this.#call("GetItem", {
      Key: toAttributes(key),
      ConsistentRead: true,
    });
    return checked(plainItem(item));
  }

  /** The items that exist, in any order. Keys must differ. */
  async getMany(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    for (let start = 0; start < keys.length; start += MAX_BATCH_GET) {
      const some = await this.#getBatch(keys.slice(start, start + MAX_BATCH_GET));
      items.push(...some.map(checked));
    }
    return items;
  }

  /** Deletes an item and returns it as it was; `undefined` if it did not exist. @param onRepeat see `update` */
  async take(key: Key, onRepeat?: OnRepeat): Promise<Item | undefined> {
    const input = { Key: toAttributes(key), ReturnValues: "ALL_OLD" };
    const { Attributes: before } = await this.#call("DeleteItem", input, onRepeat);
    return plainItem(before);
  }

  /**
   * The updated attributes as they were (or what `ReturnValues` asks for), or `undefined` if the condition did not hold.
   *
   * @param onRepeat see `JsonService.call`
   */
  async update(key: Key, update: Item, onRepeat?: OnRepeat): Promise<Item | undefined> {
    const input = { Key: toAttributes(key), ReturnValues: "UPDATED_OLD", ...valued(update) };
    try {
      const { Attributes: before } = await this.#call("UpdateItem", input, onRepeat);
      return plainItem(before) ?? {};
    } catch (error) {
      if (!isRefusedByCondition(error)) throw translate(error);
      return undefined;
    }
  }

  /** Deletes an item; `false` if the condition did not hold. @param onRepeat see `update` */
  async remove(key: Key, condition: Item, onRepeat?: OnRepeat): Promise<boolean> {
    try {
      const input = { Key: toAttributes(key), ...valued(condition) };
      await this.#call("DeleteItem", input, onRepeat);
      return true;
    } catch (error) {
      if (!isRefusedByCondition(error)) throw error;
      return false;
    }
  }

  /** Whether a partition holds anything. */
  async has(partition: string): Promise<boolean> {
    const { Count = 0 } = await this.#query(partition, { Limit: 1, Select: "COUNT" });
    return Count > 0;
  }

  /** How many items a partition holds; reads them all. */
  async count(partition: string): Promise<number> {
    let count = 0;
    for await (const { Count = 0 } of this.#answers(partition, { Select: "COUNT" })) count += Count;
    return count;
  }

  async write(writes: Writes): Promise<void> {
    try {
      await batchWrite(this.dynamo, this.name, writes);
    } catch (error) {
      throw translate(error);
    }
  }

  /** Puts one item into several partitions, under its own sort key. */
  async putInEach(partitions: readonly string[], item: Item): Promise<void> {
    const put = partitions.map((partition) => ({ [Keys.partition]: partition, ...item }));
    const [only] = put;
    // One request for one item, and by far the most frequent.
    if (put.length === 1 && only) await this.put(only);
    else await this.write({ put });
  }

  /** The items of a partition, or those `after` a sort key, up to 1 MB at a time. */
  async *pages<T>(
    partition: string,
    read: (item: Item) => T,
    { after, to, consistent = true }: PagesOptions = {},
  ): AsyncIterable<readonly T[]> {
    const options = { ConsistentRead: consistent, ...keyRange(partition, { after, to }) };
    for await (const { Items = [] } of this.#answers(partition, options)) {
      if (Items.length > 0) yield Items.map((item) => read(fromAttributes(item)));
    }
  }

  /** A page of items as they are answered: for many small ones, making plain objects is most of the work. */
  async rawPage(
    partition: string,
    { after, to, limit }: RawPageOptions = {},
  ): Promise<{ readonly items: readonly RawItem[]; readonly next?: string }> {
    const { Items: items = [], LastEvaluatedKey: last } = await this.#query(partition, {
      ...keyRange(partition, { after, to }),
      ...defined({ Limit: limit }),
    });
    return { items, ...(last?.s?.S === undefined ? {} : { next: last.s.S }) };
  }

  async *#answers(partition: string, options: object): AsyncIterable<Answer> {
    let from: AttributeMap | undefined;
    do {
      const answer = await this.#query(partition, {
        ...options,
        ...defined({ ExclusiveStartKey: from }),
      });
      yield answer;
      from = answer.LastEvaluatedKey;
    } while (from);
  }

  #query(partition: string, options: object): Promise<Answer> {
    const input = { ConsistentRead: true, ...keyRange(partition, {}), ...options };
    return this.#call("Query", input);
  }

  #call(operation: string, input: object, onRepeat?: OnRepeat): Promise<Output> {
    return this.dynamo.call(operation, { TableName: this.name, ...input }, onRepeat);
  }

  async #getBatch(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    let left: readonly AttributeMap[] = keys.map(toAttributes);
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === MAX_TRIES) {
        throw new Error(
          `Cannot read connections: expected all keys to be processed, got ${left.length} unprocessed after ${tries} tries`,
        );
      }
      if (tries > 0) await sleep(jitter(backoff(tries, BATCH_PAUSES_MS)));
      const answer = (await this.dynamo.call("BatchGetItem", {
        RequestItems: { [this.name]: { Keys: left, ConsistentRead: true } },
      })) as BatchAnswer;
      items.push(...(answer.Responses?.[this.name] ?? []).map(fromAttributes));
      left = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return items;
  }
}

interface BatchAnswer {
  readonly Responses?: Readonly<Record<string, readonly RawItem[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly AttributeMap[] }>>;
}

type OnRepeat = () => void;

function plainItem(item: unknown): Item | undefined {
  return item === undefined ? undefined : fromAttributes(item as AttributeMap);
}

/** A request whose expressions have values. */
function valued(request: Item): Item {
  const { ExpressionAttributeValues: values } = request;
  if (values === undefined) return request;
  return { ...request, ExpressionAttributeValues: toAttributes(values as Item) };
}

function isRefusedByCondition(error: unknown): boolean {
  return error instanceof ServiceError && error.name === "ConditionalCheckFailedException";
}

/** DynamoDB refuses what breaks its rules, an item above 400 KB for one; trying again would not help. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ValidationException") return error;
  return new RangeError(`Cannot store: expected what DynamoDB can hold, got "${error.message}"`);
}
