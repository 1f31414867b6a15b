import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Keys } from "../src/names";
import { Table } from "../src/store/table";

export const TABLE = "rooms";
export const region = "us-east-1";
/** Of a function's role: the token is as long as those are. */
export const credentials = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
  sessionToken: "t".repeat(700),
};

/** The table, made in the DynamoDB of `table-server.js`. */
export async function createTable(port: number) {
  const dynamo = new DynamoDBClient({
    ...{ region, credentials, endpoint: `http://127.0.0.1:${port}` },
  });
  await dynamo.send(
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
  const document = DynamoDBDocumentClient.from(dynamo, {
    marshallOptions: { removeUndefinedValues: true },
  });
  return { document, table: new Table(document, TABLE) };
}
