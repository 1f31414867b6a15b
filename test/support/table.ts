import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import dynalite from "dynalite";
import type { Stores } from "../../src/ports";
import { DynamoStore } from "../../src/store/dynamo/dynamo-store";
import { DynamoParts } from "../../src/store/dynamo/parts";
import { DynamoSpendings } from "../../src/store/dynamo/spendings";
import { createStores } from "../../src/store/dynamo/stores";
import { createTable, TABLE } from "./create-table";

/** A real table in an in-memory DynamoDB. */
export interface TestTable extends Stores {
  readonly store: DynamoStore;
  readonly parts: DynamoParts;
  readonly spendings: DynamoSpendings;
  readonly dynamo: DynamoDBDocumentClient;
  /** Of its endpoint on this machine. */
  readonly port: number;
  /** Puts items past the store. */
  write(items: readonly Record<string, unknown>[]): Promise<void>;
  items(): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function startTable(): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0 }) as unknown as Server;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { client, document: dynamo, table } = await createTable(port);
  return {
    ...createStores(table),
    store: new DynamoStore(table),
    parts: new DynamoParts(table),
    spendings: new DynamoSpendings(table),
    dynamo,
    port,
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
