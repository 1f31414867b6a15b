import {
  type AttributeValue,
  ConditionalCheckFailedException,
  QueryCommand as RawQueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Stores } from "../../src/ports";
import { createStores } from "../../src/store/dynamo/stores";
import { Table } from "../../src/store/dynamo/table";
import { applyUpdate, compare, holds, type Names, type StoredItem } from "./expressions";

/**
 * The ports over a table in memory. The real store runs above it, so its items, keys, expressions and
 * conditions are the real ones; what is kept is marshalled as the SDK does it, and has DynamoDB's limits.
 */
export function memoryStores(): { readonly stores: Stores; readonly memory: MemoryDynamo } {
  const memory = new MemoryDynamo();
  const client = memory as unknown as DynamoDBDocumentClient;
  return { memory, stores: createStores(new Table(client, "rooms")) };
}

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_KEY_BYTES = { p: 2048, s: 1024 } as const;
const MAX_BATCH = 25;
const OPTIONS = { removeUndefinedValues: true } as const;

type Input = Record<string, unknown>;
type Plain = Record<string, unknown>;

export class MemoryDynamo {
  /** No answer gets lost here, so no middleware has to note it. */
  readonly middlewareStack = { add(): void {} };
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

  async send(command: { readonly input: object }): Promise<unknown> {
    const input = command.input as Input;
    return { ...(await this.#carryOut(command, input)), $metadata: {} };
  }

  async #carryOut(command: object, input: Input): Promise<object> {
    if (command instanceof GetCommand) return this.#get(input);
    if (command instanceof PutCommand) return this.#put(toStored(input.Item as Plain));
    if (command instanceof UpdateCommand) return this.#update(input);
    if (command instanceof DeleteCommand) return this.#delete(input);
    if (command instanceof BatchGetCommand) return this.#getBatch(input);
    if (command instanceof BatchWriteCommand) return this.#writeBatch(input);
    if (command instanceof RawQueryCommand) {
      return this.#query(input, input.ExpressionAttributeValues as StoredItem);
    }
    if (!(command instanceof QueryCommand)) {
      throw new Error(`Cannot send: expected a known command, got ${command.constructor.name}`);
    }
    const values = marshall(input.ExpressionAttributeValues, OPTIONS);
    const { Items = [], ...rest } = this.#query(input, values);
    return { ...rest, Items: Items.map((item) => unmarshall(item)) };
  }

  #get({ Key }: Input) {
    const found = this.#find(keyOf(toStored(Key as Plain)));
    return found ? { Item: unmarshall(found) } : {};
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
    const key = toStored(input.Key as Plain);
    const before = this.#find(keyOf(key));
    const given = namesOf(input);
    check(input.ConditionExpression as string | undefined, before ?? {}, given);
    const after = applyUpdate(input.UpdateExpression as string, before ?? key, given);
    this.#put(after);
    if (input.ReturnValues === "ALL_NEW") return { Attributes: unmarshall(after) };
    const touched = Object.entries(before ?? {}).filter(([name, value]) => after[name] !== value);
    return touched.length > 0 ? { Attributes: unmarshall(Object.fromEntries(touched)) } : {};
  }

  #delete(input: Input): object {
    const key = keyOf(toStored(input.Key as Plain));
    const before = this.#find(key);
    check(input.ConditionExpression as string | undefined, before ?? {}, namesOf(input));
    this.drop(...key);
    return before && input.ReturnValues ? { Attributes: unmarshall(before) } : {};
  }

  #getBatch({ RequestItems }: Input): object {
    const [[table, { Keys }]] = Object.entries(RequestItems as object) as [
      [string, { Keys: Plain[] }],
    ];
    const found = Keys.map((key) => this.#find(keyOf(toStored(key)))).filter((item) => !!item);
    return { Responses: { [table]: found.map((item) => unmarshall(item as StoredItem)) } };
  }

  #writeBatch({ RequestItems }: Input): object {
    const [requests = []] = Object.values(RequestItems as Record<string, Input[]>);
    const puts = requests.map(({ PutRequest }) => PutRequest as { Item: Plain } | undefined);
    const items = puts.map((put, place) => {
      const removed = requests[place]?.DeleteRequest as { Key: Plain } | undefined;
      return { isPut: put !== undefined, item: toStored(put?.Item ?? (removed?.Key as Plain)) };
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

  #query(input: Input, values: StoredItem) {
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
  const values = input.ExpressionAttributeValues as Plain | undefined;
  const names = input.ExpressionAttributeNames as Record<string, string> | undefined;
  return { names, values: values && (wellFormed(marshall(values, OPTIONS)) as StoredItem) };
}

function check(condition: string | undefined, item: StoredItem, given: Names): void {
  if (holds(condition, item, given)) return;
  throw new ConditionalCheckFailedException({ message: "The condition failed", $metadata: {} });
}

function toStored(item: Plain): StoredItem {
  return wellFormed(marshall(item, OPTIONS)) as StoredItem;
}

/** Text travels as UTF-8, in which half a character is U+FFFD. */
function wellFormed(value: unknown): unknown {
  if (typeof value === "string") {
    return /\p{Cs}/u.test(value) ? Buffer.from(value).toString() : value;
  }
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  for (const [name, one] of Object.entries(value)) {
    const repaired = wellFormed(one);
    if (repaired !== one) (value as Plain)[name] = repaired;
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
  const error = new Error(`Expected what a table can hold, got ${what}`);
  error.name = "ValidationException";
  return error;
}
