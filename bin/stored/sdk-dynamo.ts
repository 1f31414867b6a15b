import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { type AttributeMap, fromAttributes, toAttributes } from "../../src/aws/attribute-values";
import type { JsonService, Output } from "../../src/aws/json-client";
import { ServiceError } from "../../src/aws/service-error";
import { Table } from "../../src/store/dynamo/table";

const COMMANDS = {
  BatchGetItem: BatchGetCommand,
  BatchWriteItem: BatchWriteCommand,
  DeleteItem: DeleteCommand,
  GetItem: GetCommand,
  PutItem: PutCommand,
  Query: QueryCommand,
  UpdateItem: UpdateCommand,
} as const;

/** Where a request or an answer holds an item, or a list of items. */
const OF_ITEMS = new Set([
  "Attributes",
  "ExclusiveStartKey",
  "ExpressionAttributeValues",
  "Item",
  "Items",
  "Key",
  "Keys",
  "LastEvaluatedKey",
]);

/**
 * DynamoDB through the AWS SDK: a person who runs a command has profiles, single sign-on and proxies, which the
 * functions' own client does not know.
 */
export class SdkDynamo implements JsonService {
  constructor(private readonly sdk: DynamoDBDocumentClient) {}

  /** What makes commands of one request. */
  prepare(operation: string, input: object): () => GetCommand {
    const Command = COMMANDS[operation as keyof typeof COMMANDS];
    const plain = convert(input, (item) => fromAttributes(item as AttributeMap));
    // The SDK's types tell commands apart; all of them are sent the same way.
    return () => new Command(plain as never) as unknown as GetCommand;
  }

  async call(operation: string, input: object): Promise<Output> {
    try {
      const output: object = await this.sdk.send(this.prepare(operation, input)());
      return convert(output, (item) => toAttributes(item as Output)) as Output;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw Object.assign(new ServiceError(error.name, error.message), { cause: error });
    }
  }
}

/** A table, with the SDK's own Region and credentials where none are given. */
export function sdkTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const marshallOptions = { removeUndefinedValues: true };
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions });
  return new Table(new SdkDynamo(client), name);
}

/** What BatchGetItem answers: items by the names of their tables. */
function itemsOfTables(tables: object, item: (one: object) => object): object {
  const entries = Object.entries(tables as Record<string, object[]>);
  return Object.fromEntries(entries.map(([table, items]) => [table, items.map(item)]));
}

/** Converts each item in a request or an answer, wherever it stands. */
function convert(value: unknown, item: (one: object) => object): unknown {
  if (Array.isArray(value)) return value.map((one) => convert(one, item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, one]) => {
    if (name === "Responses") return [name, itemsOfTables(one, item)];
    if (!OF_ITEMS.has(name) || typeof one !== "object" || one === null)
      return [name, convert(one, item)];
    return [name, Array.isArray(one) ? one.map(item) : item(one)];
  });
  return Object.fromEntries(entries);
}
