import { Match } from "aws-cdk-lib/assertions";
import { frameTemplate } from "../../lib/frame-template";
import { roomsTemplate } from "./support";

const ordered = roomsTemplate();
const unordered = roomsTemplate({ ordering: "none" });
const both = [
  ["connection", ordered],
  ["none", unordered],
] as const;

/** What the URI of a route's integration ends in. */
const lambdaUri = (name: string) => ({
  "Fn::Join": [
    "",
    Match.arrayWith([
      { "Fn::GetAtt": [Match.stringLikeRegexp(`^RoomsFunctions${name}`), "Arn"] },
      "/invocations",
    ]),
  ],
});

describe.each(both)("with ordering %s", (_, template) => {
  test("every frame takes the route $default, unparsed", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", {
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "\\$default",
    });
    const routes = template.findResources("AWS::ApiGatewayV2::Route");
    const keys = Object.values(routes).map(({ Properties }) => Properties.RouteKey);
    expect(keys.sort()).toEqual(["$connect", "$default", "$disconnect"]);
  });

  test.each(["Connect", "Disconnect"])("%s invokes its function", (name) => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
      IntegrationUri: lambdaUri(name),
    });
    template.hasResourceProperties("AWS::Lambda::Permission", {
      FunctionName: { "Fn::GetAtt": [Match.stringLikeRegexp(`^RoomsFunctions${name}`), "Arn"] },
      Principal: "apigateway.amazonaws.com",
    });
  });

  test("the lane still carries what the functions put on it", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      EventSourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^RoomsLanesQueue"), "Arn"] },
    });
  });
});

describe("the message route", () => {
  test("writes to the lane through the mapping template", () => {
    ordered.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS",
      IntegrationMethod: "POST",
      PassthroughBehavior: "NEVER",
      TemplateSelectionExpression: "\\$default",
      RequestTemplates: { $default: frameTemplate() },
      RequestParameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
      },
      CredentialsArn: { "Fn::GetAtt": [Match.stringLikeRegexp("MessageRole"), "Arn"] },
      IntegrationUri: {
        "Fn::Join": [
          "",
          [
            "arn:",
            { Ref: "AWS::Partition" },
            ":apigateway:",
            { Ref: "AWS::Region" },
            ":sqs:path/",
            { Ref: "AWS::AccountId" },
            "/",
            { "Fn::GetAtt": [Match.stringLikeRegexp("LanesQueue"), "QueueName"] },
          ],
        ],
      },
    });
  });

  test("invokes the lane function when no order is asked for", () => {
    unordered.hasResourceProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
      IntegrationUri: lambdaUri("Lane"),
    });
    unordered.resourcePropertiesCountIs(
      "AWS::ApiGatewayV2::Integration",
      { IntegrationType: "AWS" },
      0,
    );
  });
});

describe("the stage", () => {
  test("deploys itself and bounds its clients", () => {
    ordered.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "prod",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 2000, ThrottlingBurstLimit: 1000 },
    });
  });

  test("bounds new connections apart from frames, and logs their errors all the same", () => {
    const of = (rate: number, burst: number) => ({
      RouteSettings: {
        $connect: {
          ...{ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
          ...{ LoggingLevel: "ERROR", DataTraceEnabled: false },
        },
      },
    });
    ordered.hasResourceProperties("AWS::ApiGatewayV2::Stage", of(100, 500));
    const given = roomsTemplate({ connectThrottle: { rateLimit: 7, burstLimit: 9 } });
    given.hasResourceProperties("AWS::ApiGatewayV2::Stage", of(7, 9));
  });

  test("takes the throttle it is given", () => {
    const throttle = { rateLimit: 10, burstLimit: 5 };
    roomsTemplate({ throttle }).hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 5 },
    });
  });

  test("logs accesses as JSON, never a payload", () => {
    const [stage] = Object.values(ordered.findResources("AWS::ApiGatewayV2::Stage"));
    const fields = JSON.parse(stage?.Properties.AccessLogSettings.Format);
    expect(fields.requestId).toBe("$context.requestId");
    for (const field of Object.values(fields)) expect(field).toMatch(/^\$context\.[A-Za-z.]+$/);
  });

  test("waits for the account's log role, which outlives the stack", () => {
    ordered.hasResource("AWS::ApiGatewayV2::Stage", {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp("GatewayAccount")]),
    });
    ordered.hasResource("AWS::ApiGateway::Account", { DeletionPolicy: "Retain" });
  });

  test("leaves the account's log role alone when told so", () => {
    const template = roomsTemplate({ accountLogRole: false });
    template.resourceCountIs("AWS::ApiGateway::Account", 0);
  });
});
