import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startLocalStack } from "../../local";
import { VirtualClock } from "../support/virtual-clock";
import { waitFor } from "../support/wait-for";
import { writeAssembly } from "./support/assembly";
import { connect, cutClients } from "./support/client";
import { acceptSource, laneSource, printSource } from "./support/functions";
import { lane, plainTemplate, webSocketApi } from "./support/resources";
import { closeStacks, startStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

test("carries a frame through queue and function back to its connection", async () => {
  const stack = await startStack({
    functions: { Connect: acceptSource, Lane: laneSource },
    resources: {
      ...webSocketApi({
        $connect: { function: "Connect" },
        $default: { queue: "Queue", template: plainTemplate },
      }),
      ...lane("Queue", "Lane"),
    },
  });
  const client = await connect(stack.webSocketUrl);
  client.send('hello "✓"');
  expect(await client.next()).toBe('hello "✓"');
  await stack.idle();
  expect(stack.statistics()).toMatchObject({
    functions: { Connect: { invocations: 1, errors: 0 }, Lane: { invocations: 1, errors: 0 } },
    queues: { Queue: { visible: 0, inFlight: 0, delayed: 0 } },
    posts: { 200: 1 },
    connections: 1,
    deadLetters: 0,
  });
  expect(stack.lines).toEqual([]);
});

test("creates the template's tables, indexes included, and counts requests", async () => {
  const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });
  const stack = await startStack({
    resources: {
      ...webSocketApi({}),
      Table: {
        Type: "AWS::DynamoDB::GlobalTable",
        Properties: {
          AttributeDefinitions: ["p", "s", "i"].map((AttributeName) => ({
            AttributeName,
            AttributeType: "S",
          })),
          KeySchema: [key("p", "HASH"), key("s", "RANGE")],
          BillingMode: "PAY_PER_REQUEST",
          TimeToLiveSpecification: { AttributeName: "e", Enabled: true },
          GlobalSecondaryIndexes: [
            {
              IndexName: "byI",
              KeySchema: [key("i", "HASH")],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          Replicas: [{ Region: "us-east-1" }],
        },
      },
      Plain: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          TableName: "own-name",
          AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
          KeySchema: [key("p", "HASH")],
        },
      },
    },
  });
  expect(stack.tableNames).toEqual({ Table: "Table", Plain: "own-name" });
  const dynamo = new DynamoDBClient({
    endpoint: stack.dynamodbUrl,
    region: "us-east-1",
    credentials: stack.credentials,
  });
  const Item = { p: { S: "1" }, s: { S: "2" } };
  await dynamo.send(new PutItemCommand({ TableName: "Table", Item }));
  await dynamo.send(new PutItemCommand({ TableName: "own-name", Item }));
  expect((await dynamo.send(new GetItemCommand({ TableName: "Table", Key: Item }))).Item).toEqual(
    Item,
  );
  dynamo.destroy();
  expect(stack.statistics().dynamodb).toEqual({ PutItem: 2, GetItem: 1 });
});

test("runs schedules at their rates, with the scheduled event or their own input", async () => {
  const arn = { "Fn::GetAtt": ["Print", "Arn"] };
  const clock = new VirtualClock();
  const stack = await startStack(
    {
      functions: { Print: printSource },
      resources: {
        ...webSocketApi({}),
        Rule: {
          Type: "AWS::Events::Rule",
          Properties: {
            ScheduleExpression: "rate(1 hour)",
            State: "ENABLED",
            Targets: [{ Arn: arn, Id: "t" }],
          },
        },
        Schedule: {
          Type: "AWS::Scheduler::Schedule",
          Properties: {
            ScheduleExpression: "rate(2 minutes)",
            Target: { Arn: arn, Input: '{"own":1}' },
          },
        },
        Off: {
          Type: "AWS::Events::Rule",
          Properties: {
            ScheduleExpression: "rate(1 minute)",
            State: "DISABLED",
            Targets: [{ Arn: arn, Id: "t" }],
          },
        },
        Cron: {
          Type: "AWS::Events::Rule",
          Properties: {
            ScheduleExpression: "cron(0 12 * * ? *)",
            Targets: [{ Arn: arn, Id: "t" }],
          },
        },
      },
    },
    { timings: { clock } },
  );
  expect(stack.lines).toEqual([
    {
      function: "local",
      stream: "stderr",
      text: 'Cron is not run locally: only rate(...) is, got "cron(0 12 * * ? *)"',
    },
  ]);
  await stack.runSchedules();
  expect(stack.printed("Print")).toEqual(
    expect.arrayContaining([
      {
        version: "0",
        id: expect.any(String),
        "detail-type": "Scheduled Event",
        source: "aws.events",
        account: "000000000000",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        region: "us-east-1",
        resources: ["arn:aws:events:us-east-1:000000000000:rule/Rule"],
        detail: {},
      },
      { own: 1 },
    ]),
  );
  const runs = () => {
    const printed = stack.printed("Print");
    return { own: printed.filter((event) => "own" in event).length, all: printed.length };
  };
  expect(runs()).toEqual({ own: 1, all: 2 });
  clock.advance(5 * 60_000);
  await stack.idle();
  expect(runs()).toEqual({ own: 3, all: 4 });
  clock.advance(55 * 60_000);
  await stack.idle();
  expect(runs()).toEqual({ own: 31, all: 33 });
});

test("serves files by path, with a content type", async () => {
  const file = join(__dirname, "../../biome.json");
  const stack = await startStack(
    { resources: webSocketApi({}) },
    { files: { "/": file, "/none.js": "/none.js" } },
  );
  const [root, missing] = await Promise.all(
    ["/?x=1", "/none.js"].map((path) => fetch(stack.httpUrl + path)),
  );
  expect([root?.status, root?.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await root?.text()).toContain("$schema");
  expect(missing?.status).toBe(404);
});

test("says which port is in use", async () => {
  const other = createServer().listen(0);
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await expect(startStack({ resources: webSocketApi({}) }, { port })).rejects.toThrow(
    `Port ${port} is in use: stop what listens there, or choose another with --port`,
  );
  other.close();
});

test("refuses an assembly without an API", async () => {
  await expect(startStack({ resources: {} })).rejects.toThrow(
    "expected a WebSocket API in the template, got none",
  );
});

test("closes, and waits for no function that runs or client that is connected", async () => {
  const stack = await startLocalStack({
    assembly: writeAssembly({
      functions: {
        Slow: {
          code: "exports.handler = () => new Promise((resolve) => setTimeout(resolve, 900_000));",
          properties: { Timeout: 900 },
        },
      },
      resources: webSocketApi({ $default: { function: "Slow" } }),
    }),
    port: 0,
  });
  const client = await connect(stack.webSocketUrl);
  client.send("x");
  await waitFor(() => stack.statistics().functions.Slow?.invocations === 1);
  await stack.close();
  expect((await client.closed).code).toBe(1006);
  await expect(fetch(stack.httpUrl)).rejects.toThrow();
});
