import { readAssembly, type Template } from "../../local/template/assembly";
import { createResolver } from "../../local/template/intrinsics";
import { readModel } from "../../local/template/read-model";
import { removeAssemblies, type StackFixture, writeAssembly } from "./support/assembly";
import { acceptSource } from "./support/functions";
import { lane, webSocketApi } from "./support/resources";

const endpoints = { sqsUrl: "http://127.0.0.1:9000", functionUrls: {} };

afterAll(removeAssemblies);

describe("resolver", () => {
  const template: Template = {
    Parameters: { Version: { Type: "String", Default: "7" }, Open: { Type: "String" } },
    Mappings: { Sizes: { small: { memory: 128 } } },
    Conditions: {
      IsHere: { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] },
      IsElsewhere: { "Fn::Not": [{ Condition: "IsHere" }] },
      Both: { "Fn::And": [{ Condition: "IsHere" }, { Condition: "IsElsewhere" }] },
      Either: { "Fn::Or": [{ Condition: "IsHere" }, { Condition: "IsElsewhere" }] },
    },
    Resources: {
      Lane: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
      Named: {
        Type: "AWS::SQS::Queue",
        Properties: { QueueName: { "Fn::Sub": `q-\${AWS::Region}` } },
      },
      Table: { Type: "AWS::DynamoDB::GlobalTable" },
      Api: { Type: "AWS::ApiGatewayV2::Api" },
      Handler: { Type: "AWS::Lambda::Function" },
      Role: { Type: "AWS::IAM::Role" },
    },
  };
  const { resolve } = createResolver(template, endpoints);

  test.each([
    ["pseudo parameter", { Ref: "AWS::AccountId" }, "000000000000"],
    ["parameter", { Ref: "Version" }, "7"],
    ["queue URL", { Ref: "Lane" }, "http://127.0.0.1:9000/000000000000/Lane.fifo"],
    [
      "queue ARN",
      { "Fn::GetAtt": ["Lane", "Arn"] },
      "arn:aws:sqs:us-east-1:000000000000:Lane.fifo",
    ],
    ["queue with a name of its own", { "Fn::GetAtt": "Named.QueueName" }, "q-us-east-1"],
    ["table", { Ref: "Table" }, "Table"],
    ["API", { Ref: "Api" }, "local12345"],
    [
      "API endpoint",
      { "Fn::GetAtt": ["Api", "ApiEndpoint"] },
      "wss://local12345.execute-api.us-east-1.amazonaws.com",
    ],
    [
      "function ARN",
      { "Fn::GetAtt": ["Handler", "Arn"] },
      "arn:aws:lambda:us-east-1:000000000000:function:Handler",
    ],
    ["role ARN", { "Fn::GetAtt": ["Role", "Arn"] }, "arn:aws:iam::000000000000:role/Role"],
    ["join", { "Fn::Join": ["/", ["a", { Ref: "AWS::Partition" }, 3]] }, "a/aws/3"],
    [
      "substitution",
      { "Fn::Sub": `\${Lane.QueueName}-\${Version}-\${!Kept}` },
      `Lane.fifo-7-\${Kept}`,
    ],
    [
      "substitution with variables",
      { "Fn::Sub": [`\${A}.\${AWS::URLSuffix}`, { A: { Ref: "Version" } }] },
      "7.amazonaws.com",
    ],
    ["select and split", { "Fn::Select": [1, { "Fn::Split": [",", "a,b,c"] }] }, "b"],
    ["condition that holds", { "Fn::If": ["IsHere", "yes", "no"] }, "yes"],
    [
      "condition that does not",
      { "Fn::If": ["Both", "yes", { "Fn::If": ["Either", "some", "none"] }] },
      "some",
    ],
    ["map", { "Fn::FindInMap": ["Sizes", "small", "memory"] }, 128],
  ])("resolves a %s", (_, value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  test("drops keys and items without a value", () => {
    const nothing = { "Fn::If": ["IsElsewhere", "x", { Ref: "AWS::NoValue" }] };
    expect(resolve({ a: nothing, b: [1, nothing], c: { d: 2 } })).toEqual({ b: [1], c: { d: 2 } });
  });

  test.each([
    [{ Ref: "Missing" }, 'Cannot resolve "Missing": expected a resource or parameter'],
    [{ Ref: "Open" }, 'Cannot resolve parameter "Open": expected a Default, got nothing'],
    [
      { "Fn::GetAtt": ["Lane", "Size"] },
      "Cannot resolve Lane.Size: expected a supported attribute",
    ],
    [{ "Fn::ImportValue": "x" }, "expected a supported intrinsic function, got Fn::ImportValue"],
    [{ "Fn::Join": ["", "x"] }, 'Cannot evaluate Fn::Join: expected a list, got "x"'],
  ])("refuses %j", (value, message) => {
    expect(() => resolve(value)).toThrow(message);
  });
});

describe("model", () => {
  const read = (fixture: StackFixture) =>
    readModel(readAssembly(writeAssembly(fixture)), endpoints);

  test("reads functions, queues, event sources and routes", () => {
    const model = read({
      functions: {
        Lane: {
          code: acceptSource,
          properties: {
            Timeout: 12,
            MemorySize: 512,
            Environment: { Variables: { URL: { Ref: "Queue" } } },
          },
        },
      },
      resources: {
        ...webSocketApi({
          $connect: { function: "Lane" },
          $default: { queue: "Queue", template: "x" },
        }),
        ...lane("Queue", "Lane", {
          mapping: { FunctionResponseTypes: ["ReportBatchItemFailures"] },
        }),
      },
    });
    expect(model.functions).toMatchObject([
      {
        name: "Lane",
        timeoutMs: 12_000,
        memoryMb: 512,
        environment: { URL: `${endpoints.sqsUrl}/000000000000/Queue.fifo` },
      },
    ]);
    expect(model.queues[0]).toMatchObject({
      fifo: true,
      visibilityTimeoutMs: 60_000,
      deadLetter: { arn: "arn:aws:sqs:us-east-1:000000000000:QueueDead.fifo", maximumReceives: 2 },
    });
    expect(model.eventSources).toMatchObject([
      {
        functionName: "Lane",
        batchSize: 10,
        reportsBatchItemFailures: true,
        concurrency: Number.POSITIVE_INFINITY,
      },
    ]);
    expect([...(model.api?.routes ?? [])]).toMatchObject([
      ["$connect", { kind: "function", timeoutMs: 29_000 }],
      ["$default", { kind: "queue", queueName: "Queue.fifo", passthrough: "NEVER" }],
    ]);
  });

  test("warns once of a resource it does not know, and not of those without a local effect", () => {
    const { warnings } = read({
      resources: {
        Topic: { Type: "AWS::SNS::Topic", Properties: { Name: { "Fn::ImportValue": "x" } } },
        Role: { Type: "AWS::IAM::Role" },
        Logs: { Type: "AWS::Logs::LogGroup" },
        Metadata: { Type: "AWS::CDK::Metadata" },
      },
    });
    expect(warnings).toEqual(["Topic is not run locally: AWS::SNS::Topic is unknown here"]);
  });

  test("warns of what would fail on AWS, and of what is not run here", () => {
    const { HandlerPermission: _, ...resources } = webSocketApi({
      $connect: { function: "Handler" },
    });
    resources.Routeconnect!.Properties.AuthorizationType = "AWS_IAM";
    resources.Routeconnect!.Properties.RouteResponseSelectionExpression = "$default";
    expect(read({ functions: { Handler: acceptSource }, resources }).warnings).toEqual([
      "Routeconnect is not protected locally: authorization AWS_IAM is not run",
      "Routeconnect answers nothing locally: route responses are not run",
      "Route $connect would fail on AWS: function Handler grants API Gateway no permission",
    ]);
  });

  test("leaves out a resource whose condition does not hold", () => {
    const { queues } = read({
      template: { Conditions: { Never: { "Fn::Equals": ["a", "b"] } } },
      resources: { Queue: { Type: "AWS::SQS::Queue", Condition: "Never" } },
    });
    expect(queues).toEqual([]);
  });

  test("leaves out of a table what memory does not need", () => {
    const { tables } = read({
      resources: {
        Table: {
          Type: "AWS::DynamoDB::GlobalTable",
          Properties: {
            AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
            KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
            BillingMode: "PAY_PER_REQUEST",
            TimeToLiveSpecification: { AttributeName: "e", Enabled: true },
            Replicas: [{ Region: "us-east-1" }],
          },
        },
      },
    });
    expect(tables[0]?.request).toEqual({
      TableName: "Table",
      AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  });

  test("refuses an integration it cannot run", () => {
    const resources = webSocketApi({
      $default: { queue: "Queue", template: "x", properties: { IntegrationType: "HTTP" } },
    });
    expect(() =>
      read({ functions: { Lane: "" }, resources: { ...resources, ...lane("Queue", "Lane") } }),
    ).toThrow(
      "Cannot read Integrationdefault: expected AWS_PROXY to a function or AWS to an SQS queue, got HTTP",
    );
  });

  test("refuses a folder that is not an assembly", () => {
    expect(() => readAssembly("/nowhere")).toThrow("expected /nowhere/manifest.json, got nothing");
  });
});
