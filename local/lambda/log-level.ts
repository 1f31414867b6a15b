/** Lambda's levels, the least severe first. */
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** Whether what has one level is logged by a function of another. */
export function isHeard(level: string, least: string): boolean {
  return levels.indexOf(level) >= levels.indexOf(least);
}

/** RFC 3339. */
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/**
 * The level that Lambda gives to a line of a function's output. A line that is not an object with a known level and
 * a valid timestamp counts as INFO, metrics in CloudWatch's embedded format among them.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function levelOf(line: string): string {
  const { level, timestamp: at } = parseObject(line);
  if (typeof level !== "string" || typeof at !== "string" || !timestamp.test(at)) return "INFO";
  const known = level.toUpperCase();
  return levels.includes(known) ? known : "INFO";
}

function parseObject(line: string): { readonly level?: unknown; readonly timestamp?: unknown } {
  if (!line.startsWith("{")) return {};
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}
