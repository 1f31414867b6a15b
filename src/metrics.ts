import { METRIC_DIMENSION, METRIC_NAMESPACE, METRICS, type MetricName } from "./metric-names";

/**
 * What this container has counted, written to standard output in CloudWatch's embedded metric format: no call, no
 * permission, no latency.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

/** A busy container writes one line a second and not one for each invocation. */
const PAUSE_MS = 1000;
/** "An array of metric values must have at most 100", says the specification. */
const MAX_VALUES = 100;

interface Options {
  /** Value of the one dimension. */
  readonly rooms: string;
  readonly write: (line: string) => void;
}

let options: Options | undefined;
let flushedAt = 0;
const counts = new Map<MetricName, number>();
const values = new Map<MetricName, number[]>();
/** How many values there were, of which `values` holds a sample. */
const seen = new Map<MetricName, number>();

/** Until this is called nothing is counted. */
export function startMetrics(given: Options | undefined): void {
  options = given;
  flushedAt = 0;
  forgetAll();
}

function forgetAll(): void {
  counts.clear();
  values.clear();
  seen.clear();
}

/** Adds to a counter. */
export function count(name: MetricName, by = 1): void {
  if (options && by > 0) counts.set(name, (counts.get(name) ?? 0) + by);
}

/** Notes one value, such as a time in milliseconds. */
export function measure(name: MetricName, value: number): void {
  if (!options) return;
  const noted = values.get(name) ?? [];
  const place = seen.get(name) ?? 0;
  values.set(name, noted);
  seen.set(name, place + 1);
  // Each of them is as likely to be told: https://en.wikipedia.org/wiki/Reservoir_sampling
  const index = place < MAX_VALUES ? place : Math.floor(Math.random() * (place + 1));
  if (index < MAX_VALUES) noted[index] = value;
}

/**
 * Writes what has been counted since the last line; call at the end of an invocation. What a container counts in
 * its last second is lost with it, unless that invocation was its first in a while.
 */
export function flushMetrics(now = Date.now()): void {
  if (!options || now - flushedAt < PAUSE_MS) return;
  const noted = [...counts, ...values];
  if (noted.length === 0) return;
  flushedAt = now;
  const definitions = noted.map(([name]) => ({ Name: name, Unit: METRICS[name] }));
  const directive = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [[METRIC_DIMENSION]],
    Metrics: definitions,
  };
  const line = {
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    [METRIC_DIMENSION]: options.rooms,
    ...Object.fromEntries(noted),
  };
  options.write(`${JSON.stringify(line)}\n`);
  forgetAll();
}
