import { Match } from "aws-cdk-lib/assertions";
import { frameTemplate } from "../../lib/frame-template";
import { parseTemplate } from "../../local/gateway/mapping-template";
import { roomsTemplate } from "./support";

/** `ordering: "application"`: one lane for all connections, and a function that only it invokes. */

const template = roomsTemplate({ ordering: "application" });

const sourcesOf = (queue: string) =>
  Object.values(
    template.findResources("AWS::Lambda::EventSourceMapping", {
      Properties: { EventSourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp(queue), "Arn"] } },
    }),
  ).map(({ Properties }) => Properties);

test("only the application's queue invokes the application's function", () => {
  const [source, ...others] = sourcesOf("^RoomsApplicationQueue");

  expect(others).toEqual([]);
  expect(source).toMatchObject({
    BatchSize: 10,
    ScalingConfig: { MaximumConcurrency: 2 },
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    FunctionName: { Ref: expect.stringMatching(/^RoomsFunctionsApplication/) },
  });
  const functionsOf = (queue: string) =>
    sourcesOf(queue).map(({ FunctionName }) => FunctionName.Ref);
  expect(functionsOf("^RoomsLanesQueue")).toEqual([expect.stringMatching(/^RoomsFunctionsLane/)]);
  expect(functionsOf("^RoomsDelaysQueue")).toEqual([expect.stringMatching(/^RoomsFunctionsLane/)]);
});

test("its queue keeps the order, and has dead letters with an alarm", () => {
  template.hasResourceProperties("AWS::SQS::Queue", {
    FifoQueue: true,
    VisibilityTimeout: 90,
    RedrivePolicy: {
      deadLetterTargetArn: {
        "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsApplicationDead"), "Arn"],
      },
    },
  });
  template.hasResourceProperties("AWS::CloudWatch::Alarm", {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    Dimensions: [
      {
        Name: "QueueName",
        Value: { "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsApplicationQueue"), "QueueName"] },
      },
    ],
  });
});

test("every function that sends events of connections sends them there", () => {
  const functions = Object.entries(template.findResources("AWS::Lambda::Function"));
  const named = functions.filter(([name]) => name.startsWith("RoomsFunctions"));
  const urls = named.map(([, { Properties }]) => Properties.Environment.Variables.APPLICATION_URL);

  expect(named).toHaveLength(7);
  expect(urls).toEqual(named.map(() => ({ Ref: expect.stringMatching(/^RoomsApplicationQueue/) })));
});

test("nothing of it is in the template of another mode", () => {
  for (const ordering of ["connection", "none"] as const) {
    const text = JSON.stringify(roomsTemplate({ ordering }));
    expect(text).not.toMatch(/RoomsApplication|FunctionsApplication|APPLICATION_URL/);
  }
});

describe("with HTTP", () => {
  const routed = roomsTemplate({ ordering: "application", http: true, site: false });

  test("the function http may send to the lane, and use the items of requests alone", () => {
    const policies = Object.entries(routed.findResources("AWS::IAM::Policy"));
    const [, policy] = policies.find(([name]) => name.startsWith("RoomsFunctionsHttp")) ?? [];
    const statements: { Action: string | string[]; Condition?: object }[] =
      policy?.Properties.PolicyDocument.Statement;
    expect(statements.map(({ Action, Condition }) => [[Action].flat(), Condition])).toEqual([
      [["logs:CreateLogStream", "logs:PutLogEvents"], undefined],
      [
        ["dynamodb:BatchWriteItem", "dynamodb:GetItem", "dynamodb:Query"],
        { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["q*"] } },
      ],
      [["sqs:SendMessage"], undefined],
    ]);
  });

  test("all else in the template is as without, but for the function and its URL", () => {
    const namesOf = (one: typeof template) =>
      Object.keys(one.toJSON().Resources).filter((name) => !name.includes("FunctionsHttp"));
    expect(namesOf(routed)).toEqual(namesOf(template));
  });
});

describe("the mapping template", () => {
  const urls = {
    acks: "https://sqs.us-east-1.amazonaws.com/123456789012/acks.fifo",
    frames: "https://sqs.us-east-1.amazonaws.com/123456789012/frames.fifo",
  };
  const render = parseTemplate(frameTemplate(undefined, urls));
  const context = { connectionId: "U43En-ab_dwh7M=", requestId: "r1=", requestTimeEpoch: 5 };
  const formOf = (body: string) =>
    new URLSearchParams(render({ body, context, stageVariables: {} }));

  test.each(['42["a"]', "2", '{"action":"ping"}', ""])("sends %j to the one group", (frame) => {
    const form = formOf(frame);

    expect(form.get("QueueUrl")).toBe(urls.frames);
    expect(form.get("MessageGroupId")).toBe("application");
    expect(JSON.parse(form.get("MessageBody") ?? "")).toMatchObject({
      ...{ type: "frame", connectionId: context.connectionId },
      body: Buffer.from(frame).toString("base64"),
    });
  });

  test.each(['43/chat,7["yes"]', '{"action":"ack","ack":7,"args":[]}'])(
    "sends the ack %s to the lane of acks, past the handler that waits for it",
    (frame) => {
      const form = formOf(frame);

      expect(form.get("QueueUrl")).toBe(urls.acks);
      expect(form.get("MessageGroupId")).toBe(`${context.connectionId}.ack`);
      expect(JSON.parse(form.get("MessageBody") ?? "").type).toBe("ack");
    },
  );

  test("sends a frame with attachments to both groups of one queue: a request reaches one", () => {
    const form = formOf('451-["a",{}]');
    const field = (place: number, name: string) =>
      form.get(`SendMessageBatchRequestEntry.${place}.${name}`);

    expect(form.get("QueueUrl")).toBe(urls.frames);
    expect([field(1, "MessageGroupId"), field(2, "MessageGroupId")]).toEqual([
      "application",
      `${context.connectionId}.ack`,
    ]);
  });
});
