import type { JsonObject } from "../../../local/json";

type Resources = Record<string, { Type: string; Properties: JsonObject }>;

/** What a route of a fixture calls: a function, or a queue with a mapping template. */
export type RouteFixture =
  | { readonly function: string; readonly timeoutMs?: number }
  | { readonly queue: string; readonly template: string; readonly properties?: JsonObject };

/** The template that sends a frame as it is, in the lane of its connection. */
export const plainTemplate =
  "Action=SendMessage&MessageGroupId=$util.urlEncode($context.connectionId)" +
  "&MessageDeduplicationId=$context.requestId&MessageBody=$util.urlEncode($input.body)";

/** A WebSocket API with stage "prod". */
export function webSocketApi(
  routes: Readonly<Record<string, RouteFixture>>,
  overrides: { readonly api?: JsonObject; readonly stage?: JsonObject } = {},
): Resources {
  const resources: Resources = {
    Api: {
      Type: "AWS::ApiGatewayV2::Api",
      Properties: {
        Name: "test",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
        ...overrides.api,
      },
    },
    Stage: {
      Type: "AWS::ApiGatewayV2::Stage",
      Properties: {
        ApiId: { Ref: "Api" },
        StageName: "prod",
        AutoDeploy: true,
        ...overrides.stage,
      },
    },
  };
  for (const [routeKey, route] of Object.entries(routes)) {
    const name = routeKey.replace(/\W/g, "");
    resources[`Integration${name}`] = {
      Type: "AWS::ApiGatewayV2::Integration",
      Properties: { ApiId: { Ref: "Api" }, ...integration(route) },
    };
    if ("function" in route) resources[`${route.function}Permission`] = permission(route.function);
    resources[`Route${name}`] = {
      Type: "AWS::ApiGatewayV2::Route",
      Properties: {
        ApiId: { Ref: "Api" },
        RouteKey: routeKey,
        Target: { "Fn::Join": ["", ["integrations/", { Ref: `Integration${name}` }]] },
      },
    };
  }
  return resources;
}

function permission(FunctionName: string): Resources[string] {
  return {
    Type: "AWS::Lambda::Permission",
    Properties: {
      Action: "lambda:InvokeFunction",
      FunctionName: { "Fn::GetAtt": [FunctionName, "Arn"] },
      Principal: "apigateway.amazonaws.com",
    },
  };
}

function integration(route: RouteFixture): JsonObject {
  if ("function" in route) {
    const arn = { "Fn::GetAtt": [route.function, "Arn"] };
    return {
      IntegrationType: "AWS_PROXY",
      IntegrationUri: {
        "Fn::Join": [
          "",
          [
            "arn:",
            { Ref: "AWS::Partition" },
            ":apigateway:us-east-1:lambda:path/2015-03-31/functions/",
            arn,
            "/invocations",
          ],
        ],
      },
      ...(route.timeoutMs !== undefined && { TimeoutInMillis: route.timeoutMs }),
    };
  }
  return {
    IntegrationType: "AWS",
    IntegrationMethod: "POST",
    IntegrationUri: {
      "Fn::Sub": `arn:aws:apigateway:\${AWS::Region}:sqs:path/\${AWS::AccountId}/\${${route.queue}.QueueName}`,
    },
    CredentialsArn: "arn:aws:iam::000000000000:role/gateway",
    PassthroughBehavior: "NEVER",
    TemplateSelectionExpression: "\\$default",
    RequestParameters: {
      "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
    },
    RequestTemplates: { $default: route.template },
    ...route.properties,
  };
}

/** A FIFO queue with a dead-letter queue, and the function that consumes it. */
export function lane(
  queue: string,
  consumer: string,
  overrides: { readonly queue?: JsonObject; readonly mapping?: JsonObject } = {},
): Resources {
  return {
    [queue]: {
      Type: "AWS::SQS::Queue",
      Properties: {
        FifoQueue: true,
        VisibilityTimeout: 60,
        RedrivePolicy: {
          deadLetterTargetArn: { "Fn::GetAtt": [`${queue}Dead`, "Arn"] },
          maxReceiveCount: 2,
        },
        ...overrides.queue,
      },
    },
    [`${queue}Dead`]: { Type: "AWS::SQS::Queue", Properties: { FifoQueue: true } },
    [`${queue}Source`]: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": [queue, "Arn"] },
        FunctionName: { Ref: consumer },
        BatchSize: 10,
        ...overrides.mapping,
      },
    },
  };
}
