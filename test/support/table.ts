import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import { Keys } from "../../src/names";
import { DynamoAnswers } from "../../src/store/dynamo-answers";
import { DynamoStore } from "../../src/store/dynamo-store";
import { DynamoNamespaces } from "../../src/store/namespaces";
import { DynamoLog } from "../../src/store/packet-log";
import { RoomRegistry } from "../../src/store/room-registry";
import { DynamoSessions } from "../../src/store/sessions";
import { Table } from "../../src/store/table";

/** A real table in an in-memory DynamoDB. */
export interface TestTable {
  readonly store: DynamoStore;
  readonly answers: DynamoAnswers;
  readonly sessions: DynamoSessions;
  readonly log: DynamoLog;
  readonly rooms: RoomRegistry;
  readonly namespaces: DynamoNamespaces;
  readonly dynamo: DynamoDBDocumentClient;
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
    store: new DynamoStore(table),
    answers: new DynamoAnswers(table),
    sessions: new DynamoSessions(table),
    log: new DynamoLog(table),
    rooms: new RoomRegistry(table),
    namespaces: new DynamoNamespaces(table),
    dynamo,
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
