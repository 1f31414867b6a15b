import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Match } from "aws-cdk-lib/assertions";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { roomsTemplate } from "./support";

const template = roomsTemplate();

const join = (...parts: unknown[]) => ({ "Fn::Join": ["", parts] });
const api = { Ref: Match.stringLikeRegexp("^RoomsGatewayApi") };
const region = { Ref: "AWS::Region" };
const urlSuffix = { Ref: "AWS::URLSuffix" };

describe("table", () => {
  test("has text keys, a time to live, backups and no capacity to plan", () => {
    template.hasResource("AWS::DynamoDB::Table", {
      Properties: {
        KeySchema: [
          { AttributeName: "p", KeyType: "HASH" },
          { AttributeName: "s", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "p", AttributeType: "S" },
          { AttributeName: "s", AttributeType: "S" },
        ],
        TimeToLiveSpecification: { AttributeName: "e", Enabled: true },
        BillingMode: "PAY_PER_REQUEST",
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: false,
      },
      DeletionPolicy: "Delete",
    });
  });

  test("is protected when it is to be retained", () => {
    roomsTemplate({ removalPolicy: RemovalPolicy.RETAIN }).hasResource("AWS::DynamoDB::Table", {
      Properties: { DeletionProtectionEnabled: true },
      DeletionPolicy: "Retain",
    });
  });
});

describe("functions", () => {
  const variables = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, Match.anyValue()]));

  test.each([
    ["Admits", 10, ["TABLE_NAME", "LANE_URL", "SPENDING_PER_ADDRESS"]],
    ["Puts the end", 10, ["LANE_URL"]],
    [
      "Runs the application",
      60,
      [
        ...["TABLE_NAME", "LANE_URL", "DEAD_LETTERS_URL", "DELAYS_URL", "MANAGEMENT_ENDPOINT"],
        ...["FAN_OUT_URL", "FAN_OUT_THRESHOLD", "SPENDING_PER_ADDRESS"],
      ],
    ],
    ["Sends parts", 300, ["TABLE_NAME", "LANE_URL", "FAN_OUT_URL", "MANAGEMENT_ENDPOINT"]],
    ["Pings", 300, ["TABLE_NAME", "LANE_URL", "MANAGEMENT_ENDPOINT"]],
  ])("%s…: has %d s and exactly the variables it reads", (description, Timeout, names) => {
    const all = variables("METRICS_NAME", "ROOMS_LOG_LEVEL", ...names);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp(`^${description}`),
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      Timeout,
      Environment: { Variables: Match.exact(all) },
      LoggingConfig: { LogFormat: "JSON", ApplicationLogLevel: "INFO", LogGroup: Match.anyValue() },
    });
  });

  test("reach the stage's connections by its management endpoint", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: {
          MANAGEMENT_ENDPOINT: join(
            "https://",
            api,
            ".execute-api.",
            region,
            ".",
            urlSuffix,
            "/prod",
          ),
        },
      },
    });
  });

  test("that post are told how fast they may", () => {
    const slow = roomsTemplate({ maxPostsPerSecond: 500 });
    const variables = { MAX_POSTS_PER_SECOND: "500" };
    slow.resourcePropertiesCountIs(
      "AWS::Lambda::Function",
      { Environment: { Variables: Match.objectLike(variables) } },
      4,
    );
    expect(() => roomsTemplate({ maxPostsPerSecond: 0 })).toThrow("above 0, got 0");
  });

  test("that enforce a connection's limits are told them, and connect which origins", () => {
    const limited = roomsTemplate({
      connectionLimits: { framesPerSecond: 20 },
      allowedOrigins: ["https://a.example", "https://*.b.example"],
      subprotocols: ["chat.v1", "chat.v2"],
    });
    const limits = { CONNECTION_LIMITS: '{"framesPerSecond":20}' };
    limited.resourcePropertiesCountIs(
      "AWS::Lambda::Function",
      { Environment: { Variables: Match.objectLike(limits) } },
      3,
    );
    limited.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp("^Admits"),
      Environment: {
        Variables: Match.objectLike({
          ALLOWED_ORIGINS: "https://a.example https://*.b.example",
          SUBPROTOCOLS: "chat.v1 chat.v2",
        }),
      },
    });
    expect(() => roomsTemplate({ connectionLimits: { rooms: -1 } })).toThrow("above 0, got -1");
    expect(() => roomsTemplate({ allowedOrigins: ["a.example"] })).toThrow('got "a.example"');
    expect(() => roomsTemplate({ subprotocols: ["a b"] })).toThrow('got "a b"');
    expect(() => roomsTemplate({ subprotocols: [] })).toThrow("got []");
  });

  test("keep their logs as long as asked", () => {
    const kept = roomsTemplate({ logRetention: RetentionDays.ONE_WEEK });
    kept.resourcePropertiesCountIs("AWS::Logs::LogGroup", { RetentionInDays: 7 }, 7);
  });
});

describe("large broadcasts", () => {
  test("are cut from 20,000 members on, or as asked, and four parts sent at a time", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ FAN_OUT_THRESHOLD: "20000" }) },
    });
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 4 },
    });
    const other = roomsTemplate({ fanOutThreshold: 5000, fanOutConcurrency: 20 });
    other.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ FAN_OUT_THRESHOLD: "5000" }) },
    });
    other.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      ScalingConfig: { MaximumConcurrency: 20 },
    });
    expect(() => roomsTemplate({ fanOutThreshold: 0 })).toThrow("1 or more, got 0");
  });
});

describe("heartbeat", () => {
  test("runs every 8 minutes, within the 10 of an idle connection", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(8 minutes)",
      Targets: [
        Match.objectLike({
          Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsFunctionsHeartbeat"), "Arn"] },
        }),
      ],
    });
  });
});

describe("a round of pings that failed", () => {
  test("is tried again by Lambda itself, but not beside the next round", () => {
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
      FunctionName: { Ref: Match.stringLikeRegexp("^RoomsFunctionsHeartbeat") },
      Qualifier: "$LATEST",
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 8 * 60,
    });
  });
});

describe("lanes", () => {
  const deadLetters = { "Fn::GetAtt": [Match.stringLikeRegexp("DeadLetters"), "Arn"] };

  test("are a FIFO queue of high throughput with dead letters", () => {
    template.hasResourceProperties("AWS::SQS::Queue", {
      FifoQueue: true,
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: deadLetters, maxReceiveCount: 200 },
    });
    template.resourcePropertiesCountIs("AWS::SQS::Queue", { FifoQueue: true }, 4);
  });

  test("refuse plain HTTP", () => {
    const deny = { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } };
    template.resourcePropertiesCountIs(
      "AWS::SQS::QueuePolicy",
      { PolicyDocument: { Statement: [Match.objectLike(deny)] } },
      6,
    );
  });

  test("hide a message six times as long as the function may take", () => {
    roomsTemplate({ laneTimeout: Duration.seconds(20) }).hasResourceProperties("AWS::SQS::Queue", {
      VisibilityTimeout: 120,
    });
  });

  test("invoke the lane function with everything but pongs that are not counted, and let it fail in part", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp("LanesQueue"), "Arn"] },
      FunctionName: { Ref: Match.stringLikeRegexp("FunctionsLane") },
      BatchSize: 10,
      ScalingConfig: { MaximumConcurrency: 500 },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      FilterCriteria: {
        Filters: [
          { Pattern: '{"body":{"type":[{"anything-but":["frame"]}]}}' },
          { Pattern: '{"body":{"type":["frame"],"body":[{"anything-but":["Mw=="]}]}}' },
          { Pattern: '{"body":{"weight":[{"exists":true}]}}' },
        ],
      },
    });
  });

  test("ring when an event became a dead letter", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [
        { Value: { "Fn::GetAtt": [Match.stringLikeRegexp("DeadLetters"), "QueueName"] } },
      ],
      Threshold: 1,
    });
  });
});

describe("outputs", () => {
  test("give the URL and the line for a stock client", () => {
    template.hasOutput("Endpoint", {
      Value: join("wss://", api, ".execute-api.", region, ".", urlSuffix, "/prod"),
    });
    const endpoint = { "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsGatewayApi"), "ApiEndpoint"] };
    template.hasOutput("Client", {
      Value: join('io("', endpoint, '", { path: "/prod", transports: ["websocket"] })'),
    });
  });

  test("follow the stage's name", () => {
    const endpoint = { "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsGatewayApi"), "ApiEndpoint"] };
    roomsTemplate({ stageName: "live" }).hasOutput("Client", {
      Value: join('io("', endpoint, '", { path: "/live", transports: ["websocket"] })'),
    });
  });
});
