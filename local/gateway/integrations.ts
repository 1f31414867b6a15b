import { isObject, type JsonObject, parseJson } from "../json";
import { isThrottled, type LambdaFunction } from "../lambda/function";
import type { Functions } from "../lambda/functions";
import type { Queues } from "../sqs/queues";
import type { ApiModel, IntegrationModel } from "../template/model";
import { createQueueIntegration } from "./queue-integration";

/** One call of an integration. */
export interface IntegrationCall {
  readonly event: JsonObject;
  readonly context: JsonObject;
  readonly body: string;
  readonly connectionId: string;
}

/** How a call ended, as far as the gateway cares. */
export type IntegrationOutcome =
  | { readonly kind: "success"; readonly status: number; readonly headers: JsonObject }
  | { readonly kind: "malformed" }
  | { readonly kind: "failure" }
  /** Refused by the service behind it, which has run nothing. */
  | { readonly kind: "rejected" }
  | { readonly kind: "timeout" };

/** Runs the integration of a route. */
export type Integration = (call: IntegrationCall) => Promise<IntegrationOutcome>;

/** What integrations reach. */
export interface IntegrationTargets {
  readonly functions: Functions;
  readonly queues: Queues;
  readonly timeoutMs: number;
  readonly warn: (text: string) => void;
}

/** Prepares the integrations of all routes, so that a template that cannot work fails at start. */
export function createIntegrations(
  api: ApiModel,
  targets: IntegrationTargets,
): ReadonlyMap<string, Integration> {
  const prepared = new Map<IntegrationModel, Integration>();
  const integrations = new Map<string, Integration>();
  for (const [routeKey, model] of api.routes) {
    const integration = prepared.get(model) ?? createIntegration(api, model, targets);
    prepared.set(model, integration);
    integrations.set(routeKey, integration);
  }
  return integrations;
}

function createIntegration(
  api: ApiModel,
  model: IntegrationModel,
  targets: IntegrationTargets,
): Integration {
  if (model.kind === "queue") {
    const send = createQueueIntegration(model, targets.queues);
    return async ({ body, context }) => {
      try {
        send({ body, context, stageVariables: api.stageVariables });
        return { kind: "success", status: 200, headers: {} };
      } catch (error) {
        targets.warn(
          `${model.logicalId} failed: ${error instanceof Error ? error.message : error}`,
        );
        return { kind: "failure" };
      }
    };
  }
  const target = targets.functions.find(model.functionArn);
  const timeoutMs = Math.min(model.timeoutMs, targets.timeoutMs);
  return ({ event, connectionId }) => within(timeoutMs, invoke(target, event, connectionId, api));
}

async function invoke(
  target: LambdaFunction,
  event: JsonObject,
  connectionId: string,
  api: ApiModel,
): Promise<IntegrationOutcome> {
  const withVariables =
    Object.keys(api.stageVariables).length > 0
      ? { ...event, stageVariables: { ...api.stageVariables } }
      : event;
  const result = await target.invoke(withVariables, { keys: [connectionId] });
  if (isThrottled(result)) return { kind: "rejected" };
  if (!result.ok) return { kind: "failure" };
  const response = parseJson(result.payload);
  const status = isObject(response) ? Number(response.statusCode) : Number.NaN;
  if (!isObject(response) || !Number.isInteger(status)) return { kind: "malformed" };
  return {
    kind: "success",
    status,
    headers: isObject(response.headers) ? response.headers : {},
  };
}

/** The gateway stops waiting; the function keeps running. */
function within(
  timeoutMs: number,
  outcome: Promise<IntegrationOutcome>,
): Promise<IntegrationOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "timeout" }), timeoutMs);
    void outcome.then((result) => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}
