import { isObject, type Json, parseJson } from "../json";
import type { ApiModel } from "../template/model";

/** The route of lifecycle events and of frames that nothing else matches. */
export const defaultRoute = "$default";

/**
 * Key of the route for a frame; undefined if there is neither a match nor a `$default` route.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-routes.html
 */
export function selectRoute(api: ApiModel, body: string): string | undefined {
  const key = evaluate(api.routeSelectionExpression, body);
  // Keys that start with $ are the service's own: a client cannot ask for $connect.
  if (!key.startsWith("$") && api.routes.has(key)) return key;
  return api.routes.has(defaultRoute) ? defaultRoute : undefined;
}

/** `\$default` is the static value `$default`; `$request.body.a.b` looks into a JSON body. */
function evaluate(expression: string, body: string): string {
  if (expression.startsWith("\\$")) return expression.slice(1);
  const parsed = parseJson(body);
  return expression.replace(
    /\$\{request\.body\.([\w.-]+)\}|\$request\.body\.([\w.-]+)/g,
    (_, braced: string | undefined, plain: string | undefined) =>
      stringify(valueAt(parsed, braced ?? plain ?? "")),
  );
}

function valueAt(body: Json | undefined, path: string): Json | undefined {
  let value = body;
  for (const key of path.split(".")) {
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** Nothing becomes an empty text, an array `[item1, item2]`. */
function stringify(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return `[${value.map(stringify).join(", ")}]`;
  return isObject(value) ? JSON.stringify(value) : String(value);
}
