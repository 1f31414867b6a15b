import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Keys } from "../../src/store/dynamo/attributes";
import { Table } from "../../src/store/dynamo/table";

export const TABLE = "rooms";

/** The table of the stack, in a DynamoDB on this machine, for tests and benchmarks. */
export async function createTable(port: number, name = TABLE) {
  const client = new DynamoDBClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "a", secretAccessKey: "s" },
  });
  await client.send(
    new CreateTableCommand({
      TableName: name,
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
  const document = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { client, document, table: new Table(document, name) };
}
