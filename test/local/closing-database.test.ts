import { startDatabase } from "../../local/dynamodb/database";
import { Local } from "../../local/template/names";
import { toAttributes } from "../../src/aws/attribute-values";
import { createDynamo } from "../../src/aws/services";

const table = {
  TableName: "Table",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
};

test("a write that is under way when the database closes is carried out, and harms nothing", async () => {
  for (let round = 0; round < 10; round++) {
    const database = await startDatabase(
      [{ logicalId: "Table", name: "Table", request: table } as never],
      { refuses: () => undefined } as never,
      { skewMs: 300_000 },
    );
    const { accessKeyId, region } = Local;
    const credentials = () => ({ accessKeyId, secretAccessKey: Local.secretAccessKey });
    const variables = { AWS_ENDPOINT_URL: database.url, AWS_MAX_ATTEMPTS: "1" };
    const dynamo = createDynamo({ region, credentials, variables });
    const writes = Array.from({ length: 40 }, (_, n) =>
      dynamo
        .call("UpdateItem", {
          TableName: "Table",
          Key: toAttributes({ p: `${n}` }),
          UpdateExpression: "SET v = :v",
          ExpressionAttributeValues: toAttributes({ ":v": n }),
        })
        .catch(() => undefined),
    );
    // Some have been read by then, and are being carried out.
    await new Promise((resolve) => setTimeout(resolve, round));
    await database.close();
    await Promise.all(writes);
  }
});
