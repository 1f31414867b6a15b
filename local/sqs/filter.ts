import { isObject, type Json, type JsonObject, parseJson, show } from "../json";

/**
 * Whether a message passes the filters of an event source; several filters are alternatives.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function passesFilters(filters: readonly JsonObject[], record: JsonObject): boolean {
  if (filters.length === 0) return true;
  // A pattern that is an object sees the body as JSON; SQS drops a message with another body.
  const body = typeof record.body === "string" ? parseJson(record.body) : undefined;
  return filters.some((pattern) => {
    const value = isObject(pattern.body) ? { ...record, body: body ?? null } : record;
    return matches(pattern, value);
  });
}

/** Whether a value matches a pattern of EventBridge's filter language. */
export function matches(pattern: Json, value: Json | undefined): boolean {
  // A list holds alternatives; an object asks for all of its keys.
  if (Array.isArray(pattern)) return pattern.some((rule) => satisfies(rule, value));
  if (!isObject(pattern)) {
    throw new Error(`Cannot apply filter: expected a list of alternatives, got ${show(pattern)}`);
  }
  return Object.entries(pattern).every(([key, inner]) => {
    if (key === "$or" && Array.isArray(inner))
      return inner.some((option) => matches(option, value));
    return matches(inner, isObject(value) ? value[key] : undefined);
  });
}

function satisfies(rule: Json, value: Json | undefined): boolean {
  // A list in the message matches if one of its items does.
  if (Array.isArray(value)) return value.some((item) => satisfies(rule, item));
  if (!isObject(rule)) return rule === value;
  const [operator = "", operand = null] = Object.entries(rule)[0] ?? [];
  switch (operator) {
    case "exists":
      return operand === (value !== undefined);
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "suffix":
      return typeof value === "string" && value.endsWith(String(operand));
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
    case "anything-but":
      return value !== undefined && !anyOf(operand, value);
    case "numeric":
      return typeof value === "number" && Array.isArray(operand) && inRange(operand, value);
    default:
      throw new Error(`Cannot apply filter: expected a known operator, got ${show(operator)}`);
  }
}

function anyOf(operand: Json, value: Json): boolean {
  const rules = Array.isArray(operand) ? operand : [operand];
  return rules.some((rule) => satisfies(rule, value));
}

/** `[">", 0, "<=", 5]` */
function inRange(comparisons: readonly Json[], value: number): boolean {
  for (let index = 0; index < comparisons.length; index += 2) {
    const limit = Number(comparisons[index + 1]);
    const holds = {
      "=": value === limit,
      ">": value > limit,
      ">=": value >= limit,
      "<": value < limit,
      "<=": value <= limit,
    }[String(comparisons[index])];
    if (holds !== true) return false;
  }
  return true;
}
