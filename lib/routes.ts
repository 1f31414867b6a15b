import { Stack } from "aws-cdk-lib";
import {
  type CfnRoute,
  PassthroughBehavior,
  type WebSocketApi,
  type WebSocketRoute,
  type WebSocketRouteIntegration,
  type WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import {
  WebSocketAwsIntegration,
  WebSocketLambdaIntegration,
} from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { DECLARATIONS } from "../src/protocols/declarations";
import { acknowledge } from "./acknowledge";
import { frameTemplate } from "./frame-template";

/** Where the three routes lead. */
export interface RouteTargets {
  readonly connect: IFunction;
  readonly disconnect: IFunction;

  /** A queue gets each frame through the mapping template; a function is invoked with its event. */
  readonly message: IQueue | IFunction;

  /** Gets the frames of all connections, but acks. @default - `message` gets them too */
  readonly application?: IQueue | undefined;
}

/**
 * Gives an API its three routes, one after the other, and its stage after them: CloudFormation would create them side
 * by side, and API Gateway then sometimes refuses one as a concurrent modification.
 */
export function addRoutes(
  api: WebSocketApi,
  stage: WebSocketStage,
  targets: RouteTargets,
  { requiresApiKey = false }: { readonly requiresApiKey?: boolean } = {},
): void {
  const routes = {
    $connect: new WebSocketLambdaIntegration("Connect", targets.connect),
    $disconnect: new WebSocketLambdaIntegration("Disconnect", targets.disconnect),
    $default:
      "queueArn" in targets.message
        ? queueIntegration(api, targets.message, targets.application)
        : new WebSocketLambdaIntegration("Message", targets.message),
  };
  let last: WebSocketRoute | undefined;
  for (const [key, integration] of Object.entries(routes)) {
    const route = addRoute(api, key, integration);
    if (requiresApiKey && key === "$connect") {
      (route.node.defaultChild as CfnRoute).apiKeyRequired = true;
    }
    // Its integration, a child of it, waits too.
    if (last) route.node.addDependency(last);
    stage.node.addDependency(route);
    last = route;
  }
}

function addRoute(
  api: WebSocketApi,
  key: string,
  integration: WebSocketRouteIntegration,
): WebSocketRoute {
  const route = api.addRoute(key, { integration });
  acknowledge(
    route,
    "APIG4",
    key === "$connect"
      ? "Who may connect is the application's decision: its Socket.IO middlewares see the handshake, as with any Socket.IO server."
      : "API Gateway authorizes a WebSocket at $connect only; other routes take no authorizer.",
  );
  return route;
}

/** API Gateway itself calls SendMessage, so a frame costs no invocation before its lane's. */
function queueIntegration(
  api: WebSocketApi,
  queue: IQueue,
  application: IQueue | undefined,
): WebSocketAwsIntegration {
  const role = new Role(api, "MessageRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ["sqs:SendMessage"],
      resources: [queue, ...(application ? [application] : [])].map(({ queueArn }) => queueArn),
    }),
  );
  const stack = Stack.of(api);
  const arn = { service: "apigateway", account: "sqs", resource: "path" };
  return new WebSocketAwsIntegration("Message", {
    // Of two queues the form names one.
    integrationUri: application
      ? stack.formatArn({ ...arn, resourceName: "/" })
      : stack.formatArn({ ...arn, resourceName: `${stack.account}/${queue.queueName}` }),
    integrationMethod: "POST",
    credentialsRole: role,
    // A frame that no template maps must not reach SQS as if it were a form.
    passthroughBehavior: PassthroughBehavior.NEVER,
    templateSelectionExpression: "\\$default",
    requestParameters: {
      "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
    },
    requestTemplates: {
      $default: frameTemplate(
        DECLARATIONS,
        application && { acks: queue.queueUrl, frames: application.queueUrl },
      ),
    },
  });
}
