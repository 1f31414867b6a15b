import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamo } from "../../src/aws/services";
import { Keys } from "../../src/store/dynamo/attributes";
import { Table } from "../../src/store/dynamo/table";
import { HookedService } from "./hooked-service";
import { waitFor } from "./wait-for";

export const TABLE = "rooms";

/** The table of the stack, in a DynamoDB on this machine, for tests and benchmarks. */
export async function createTable(port: number, name = TABLE) {
  const [region, endpoint] = ["us-east-1", `http://127.0.0.1:${port}`];
  const credentials = { accessKeyId: "a", secretAccessKey: "s" };
  const client = new DynamoDBClient({ region, endpoint, credentials });
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
  const isActive = async () => {
    const { Table: made } = await client.send(new DescribeTableCommand({ TableName: name }));
    return made?.TableStatus === "ACTIVE";
  };
  await waitFor(isActive);
  const document = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  });
  const variables = { AWS_ENDPOINT_URL_DYNAMODB: endpoint };
  const calls = new HookedService(
    createDynamo({ region, credentials: () => credentials, variables }),
  );
  return { client, document, calls, table: new Table(calls, name) };
}
