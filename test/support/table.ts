import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { Keys } from "../../src/names";
import { DynamoStore } from "../../src/store/dynamo-store";
import { DynamoParts } from "../../src/store/parts";
import { createStores, type Stores } from "../../src/store/stores";
import { Table } from "../../src/store/table";

/** A real table in an in-memory DynamoDB. */
export interface TestTable extends Stores {
  readonly store: DynamoStore;
  readonly parts: DynamoParts;
  readonly dynamo: DynamoDBDocumentClient;
  /** Puts items past the store. */
  write(items: readonly Record<string, unknown>[]): Promise<void>;
  items(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const TABLE = "rooms";

export async function startTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 }) as unknown as Server;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
  });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: Keys.partition, KeyType: "HASH" },
        { AttributeName: Keys.sort, KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: Keys.partition, AttributeType: "S" },
        { AttributeName: Keys.sort, AttributeType: "S" },
      ],
    }),
  );
  const dynamo = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const table = new Table(dynamo, TABLE);
  return {
    ...createStores(table),
    store: new DynamoStore(table),
    parts: new DynamoParts(table),
    dynamo,
    write: (items) => table.write({ put: items }),
    async items() {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: TABLE }));
      return Items;
    },
    async close() {
      client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
