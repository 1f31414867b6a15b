import { show } from "../json";
import type { ReadContext, ResolvedResource } from "./context";
import type { ApiModel, IntegrationModel, ThrottleModel } from "./model";
import { functionNameOf } from "./names";
import type { Properties } from "./properties";

/** Longest integration timeout; it cannot be raised (API Gateway quotas, WebSocket APIs). */
const maximumIntegrationMs = 29_000;

type OfType = (type: string) => readonly ResolvedResource[];

/** Reads the one WebSocket API of a template with its stage, routes and integrations. */
export function readApi(
  resources: readonly ResolvedResource[],
  context: ReadContext,
): ApiModel | undefined {
  const ofType: OfType = (type) => resources.filter((resource) => resource.type === type);
  const found = findStage(ofType);
  if (found === undefined) return undefined;
  const { api, stage } = found;
  warnOfUnsupported(ofType, context);
  const routes = readRoutes(ofType);
  warnOfMissingPermissions(routes, ofType, context);
  return {
    logicalId: api.logicalId,
    id: api.ref,
    stage: stage.text("StageName"),
    stageVariables: stage.texts("StageVariables"),
    routeSelectionExpression: api.text("RouteSelectionExpression"),
    routes,
    throttles: readThrottles(stage),
  };
}

function findStage(ofType: OfType) {
  const [api, ...otherApis] = ofType("AWS::ApiGatewayV2::Api");
  if (api === undefined) return undefined;
  const [stage, ...otherStages] = ofType("AWS::ApiGatewayV2::Stage");
  if (stage === undefined || otherApis.length + otherStages.length > 0) {
    const stages = ofType("AWS::ApiGatewayV2::Stage").length;
    throw new Error(
      `Cannot read the API: expected one API with one stage, got ${otherApis.length + 1} and ${stages}`,
    );
  }
  const { ProtocolType } = api.values;
  if (ProtocolType !== "WEBSOCKET") {
    throw new Error(
      `Cannot read ${api.logicalId}: expected ProtocolType WEBSOCKET, got ${show(ProtocolType)}`,
    );
  }
  return { api, stage };
}

/** Routes without a target answer nothing and are left out. */
function readRoutes(ofType: OfType): Map<string, IntegrationModel> {
  const integrations = new Map(
    ofType("AWS::ApiGatewayV2::Integration").map((resource) => [resource.ref, resource]),
  );
  const routes = new Map<string, IntegrationModel>();
  for (const route of ofType("AWS::ApiGatewayV2::Route")) {
    const target = integrations.get(route.optionalText("Target")?.split("/")[1] ?? "");
    if (target) routes.set(route.text("RouteKey"), readIntegration(target));
  }
  return routes;
}

function readIntegration(resource: ResolvedResource): IntegrationModel {
  const type = resource.text("IntegrationType");
  const uri = resource.text("IntegrationUri");
  const timeoutMs = Math.min(
    resource.number("TimeoutInMillis", maximumIntegrationMs),
    maximumIntegrationMs,
  );
  const lambda = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(uri)?.[1];
  if (type === "AWS_PROXY" && lambda !== undefined)
    return { kind: "function", functionArn: lambda, timeoutMs };
  // At the root of SQS, the form names the queue.
  const [, queueName, root] = /:sqs:path\/(?:\d+\/([^/]+)|(\/))$/.exec(uri) ?? [];
  if (type !== "AWS" || (queueName === undefined && root === undefined)) {
    throw new Error(
      `Cannot read ${resource.logicalId}: expected AWS_PROXY to a function or AWS to an SQS queue, got ${type} to ${uri}`,
    );
  }
  return {
    kind: "queue",
    logicalId: resource.logicalId,
    queueName,
    // Without a role the call to SQS is refused: the service has no permission of its own.
    role: resource.text("CredentialsArn"),
    timeoutMs,
    passthrough: resource.optionalText("PassthroughBehavior") ?? "WHEN_NO_MATCH",
    templateSelectionExpression: resource.optionalText("TemplateSelectionExpression"),
    requestTemplates: resource.texts("RequestTemplates"),
    requestParameters: resource.texts("RequestParameters"),
  };
}

/** Without a permission on the function, AWS answers each call with an internal server error. */
function warnOfMissingPermissions(
  routes: ReadonlyMap<string, IntegrationModel>,
  ofType: OfType,
  { warn }: ReadContext,
): void {
  const permitted = new Set(
    ofType("AWS::Lambda::Permission")
      .filter(({ values }) => values.Principal === "apigateway.amazonaws.com")
      .map((permission) => functionNameOf(permission.text("FunctionName"))),
  );
  for (const [routeKey, integration] of routes) {
    if (integration.kind !== "function") continue;
    const name = functionNameOf(integration.functionArn);
    if (permitted.has(name)) continue;
    warn(`Route ${routeKey} would fail on AWS: function ${name} grants API Gateway no permission`);
  }
}

function readThrottles(stage: ResolvedResource): Map<string, ThrottleModel> {
  const throttles = new Map<string, ThrottleModel>();
  const add = (key: string, settings: Properties) => {
    const ratePerSecond = settings.number("ThrottlingRateLimit", Number.POSITIVE_INFINITY);
    const burst = settings.number("ThrottlingBurstLimit", Number.POSITIVE_INFINITY);
    if (Number.isFinite(ratePerSecond)) throttles.set(key, { ratePerSecond, burst });
  };
  add("", stage.object("DefaultRouteSettings"));
  const perRoute = stage.object("RouteSettings");
  for (const key of Object.keys(perRoute.values)) add(key, perRoute.object(key));
  return throttles;
}

function warnOfUnsupported(ofType: OfType, { warn }: ReadContext): void {
  for (const route of ofType("AWS::ApiGatewayV2::Route")) {
    const authorization = route.optionalText("AuthorizationType") ?? "NONE";
    if (authorization !== "NONE") {
      warn(
        `${route.logicalId} is not protected locally: authorization ${authorization} is not run`,
      );
    }
    if (route.values.ApiKeyRequired === true) {
      warn(`${route.logicalId} is not protected locally: its API key is not asked for`);
    }
    if (route.values.RouteResponseSelectionExpression !== undefined) {
      warn(`${route.logicalId} answers nothing locally: route responses are not run`);
    }
  }
}
