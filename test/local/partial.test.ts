import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamo } from "../../src/aws/services";
import { batchWrite } from "../../src/store/dynamo/batch";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack } from "./support/stack";

afterEach(closeStacks);

/** A table of which every batch is carried out by half. */
async function start() {
  const stack = await startStack(
    {
      resources: {
        ...webSocketApi({}),
        Table: {
          Type: "AWS::DynamoDB::Table",
          Properties: {
            AttributeDefinitions: ["p", "s"].map((AttributeName) => ({
              AttributeName,
              AttributeType: "S",
            })),
            KeySchema: [
              { AttributeName: "p", KeyType: "HASH" },
              { AttributeName: "s", KeyType: "RANGE" },
            ],
            BillingMode: "PAY_PER_REQUEST",
          },
        },
      },
    },
    { faults: { database: () => "partial" } },
  );
  const { credentials, dynamodbUrl: endpoint } = stack;
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const calls = createDynamo({
    region: "us-east-1",
    credentials: () => credentials,
    variables: { AWS_ENDPOINT_URL: endpoint },
  });
  return { stack, client, calls, dynamo: DynamoDBDocumentClient.from(client) };
}

const keys = ["1", "2", "3", "4", "5"].map((s) => ({ p: "a", s }));

test("a batch that is carried out in part says what is left, and the store sends that again", async () => {
  const { stack, client, calls, dynamo } = await start();
  await batchWrite(calls, "Table", { put: keys });
  // 5, 2 and 1 of five.
  expect(stack.statistics().dynamodb).toEqual({ BatchWriteItem: 3 });
  const read = async (Keys: Record<string, string>[]) =>
    dynamo.send(new BatchGetCommand({ RequestItems: { Table: { Keys, ConsistentRead: true } } }));
  const first = await read(keys);
  expect(first.Responses?.Table).toHaveLength(3);
  expect(first.UnprocessedKeys).toEqual({ Table: { Keys: keys.slice(3), ConsistentRead: true } });
  const second = await read(keys.slice(3));
  expect(second.Responses?.Table).toMatchObject([keys[3]]);
  const third = await read(keys.slice(4));
  expect(third.Responses?.Table).toMatchObject([keys[4]]);
  expect(third.UnprocessedKeys ?? {}).toEqual({});
  client.destroy();
});

test("a request that is not a batch is carried out", async () => {
  const { client, dynamo } = await start();
  await expect(
    dynamo.send(new PutCommand({ TableName: "Table", Item: keys[0] })),
  ).resolves.toBeDefined();
  client.destroy();
});
