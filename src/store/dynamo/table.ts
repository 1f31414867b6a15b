import { setTimeout as sleep } from "node:timers/promises";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  QueryCommand as RawQueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { backoff, jitter } from "../../backoff";
import { defined } from "../../defined";
import { Keys } from "./attributes";
import { BATCH_PAUSES_MS, batchWrite, type Writes } from "./batch";
import { checked, marked } from "./format";
import type { Item } from "./item";
import { keyRange, type RawPageOptions } from "./key-ranges";
import type { Key } from "./keys";
import { type Metadata, markLostResponses } from "./lost-responses";

/** Most items in one BatchGetItem. */
const MAX_BATCH_GET = 100;
const MAX_TRIES = 8;

interface PagesOptions extends Omit<RawPageOptions, "limit"> {
  readonly consistent?: boolean;
}

/** An item as DynamoDB answers it: `{ s: { S: "…" } }`. */
export type RawItem = Readonly<Record<string, AttributeValue>>;

/** DynamoDB's calls on one table, in the forms that are needed here. Reads are strongly consistent. */
export class Table {
  constructor(
    private readonly dynamo: DynamoDBDocumentClient,
    private readonly name: string,
  ) {
    markLostResponses(dynamo);
  }

  async put(item: Item): Promise<void> {
    try {
      await this.dynamo.send(new PutCommand({ TableName: this.name, Item: marked(item) }));
    } catch (error) {
      throw translate(error);
    }
  }

  async get(key: Key): Promise<Item | undefined> {
    const { Item: item } = await this.dynamo.send(
      new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true }),
    );
    return checked(item);
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
    const { Attributes: before, $metadata: metadata } = await this.dynamo.send(
      new DeleteCommand({ TableName: this.name, Key: key, ReturnValues: "ALL_OLD" }),
    );
    if (wasRepeated(metadata)) onRepeat?.();
    return before;
  }

  /**
   * The updated attributes as they were (or what `ReturnValues` asks for), or `undefined` if the condition did not hold.
   *
   * @param onRepeat called if the SDK has sent the request again because an answer got lost: what is
   *   answered may then be what its own first try has left
   */
  async update(key: Key, update: Item, onRepeat?: OnRepeat): Promise<Item | undefined> {
    try {
      const { Attributes: before, $metadata: metadata } = await this.dynamo.send(
        new UpdateCommand({
          TableName: this.name,
          Key: key,
          ReturnValues: "UPDATED_OLD",
          ...update,
        }),
      );
      if (wasRepeated(metadata)) onRepeat?.();
      return before ?? {};
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw translate(error);
      if (wasRepeated(error.$metadata)) onRepeat?.();
      return undefined;
    }
  }

  /** Deletes an item; `false` if the condition did not hold. @param onRepeat see `update` */
  async remove(key: Key, condition: Item, onRepeat?: OnRepeat): Promise<boolean> {
    try {
      const { $metadata: metadata } = await this.dynamo.send(
        new DeleteCommand({ TableName: this.name, Key: key, ...condition }),
      );
      if (wasRepeated(metadata)) onRepeat?.();
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (wasRepeated(error.$metadata)) onRepeat?.();
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
    const options = { ConsistentRead: consistent, ...keyRange(partition, { after, to }, plain) };
    for await (const { Items = [] } of this.#answers(partition, options)) {
      if (Items.length > 0) yield Items.map(read);
    }
  }

  /** A page of items as they are answered: for many small ones, making plain objects is most of the work. */
  async rawPage(
    partition: string,
    { after, to, limit }: RawPageOptions = {},
  ): Promise<{ readonly items: readonly RawItem[]; readonly next?: string }> {
    const { Items: items = [], LastEvaluatedKey: last } = await this.dynamo.send(
      new RawQueryCommand({
        TableName: this.name,
        ConsistentRead: true,
        ...keyRange(partition, { after, to }, raw),
        ...defined({ Limit: limit }),
      }),
    );
    return { items, ...(last?.s?.S === undefined ? {} : { next: last.s.S }) };
  }

  async *#answers(
    partition: string,
    options: Partial<QueryCommandInput>,
  ): AsyncIterable<QueryCommandOutput> {
    let from: Item | undefined;
    do {
      const answer: QueryCommandOutput = await this.#query(partition, {
        ...options,
        ...defined({ ExclusiveStartKey: from }),
      });
      yield answer;
      from = answer.LastEvaluatedKey;
    } while (from);
  }

  #query(partition: string, options: Partial<QueryCommandInput>): Promise<QueryCommandOutput> {
    return this.dynamo.send(
      new QueryCommand({
        TableName: this.name,
        ...keyRange(partition, {}, plain),
        ConsistentRead: true,
        ...options,
      }),
    );
  }

  async #getBatch(keys: readonly Key[]): Promise<Item[]> {
    const items: Item[] = [];
    let left: Item[] = [...keys] as unknown as Item[];
    for (let tries = 0; left.length > 0; tries++) {
      if (tries === MAX_TRIES) {
        throw new Error(
          `Cannot read connections: expected all keys to be processed, got ${left.length} unprocessed after ${tries} tries`,
        );
      }
      if (tries > 0) await sleep(jitter(backoff(tries, BATCH_PAUSES_MS)));
      const answer = await this.dynamo.send(
        new BatchGetCommand({
          RequestItems: { [this.name]: { Keys: left, ConsistentRead: true } },
        }),
      );
      items.push(...(answer.Responses?.[this.name] ?? []));
      left = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return items;
  }
}

/** A text for the document client, and for the one below it. */
const plain = (text: string) => text;
const raw = (text: string) => ({ S: text });

type OnRepeat = () => void;

function wasRepeated(metadata: Metadata): boolean {
  return metadata.isInDoubt === true;
}

/** DynamoDB refuses what breaks its rules, an item above 400 KB for one; trying again would not help. */
function translate(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "ValidationException") return error;
  return new RangeError(`Cannot store: expected what DynamoDB can hold, got "${error.message}"`);
}
