import { isObject, type JsonObject } from "../json";

/** What was said of one metric: how many values, and their sum. */
export interface MetricData {
  readonly count: number;
  readonly sum: number;
}

/**
 * Metrics that functions write to their logs in CloudWatch's embedded format, which CloudWatch takes out of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class Metrics {
  /** By `namespace/name`. */
  readonly data: Record<string, MetricData> = {};

  constructor(private readonly onMeasured?: (name: string, values: readonly number[]) => void) {}

  /** Takes the metrics out of a line; `false` if it holds none. */
  read(text: string): boolean {
    if (!text.startsWith("{")) return false;
    const line = parse(text);
    const directives = isObject(line?._aws) ? line._aws.CloudWatchMetrics : undefined;
    if (line === undefined || !Array.isArray(directives)) return false;
    for (const directive of directives.filter(isObject)) this.#note(line, directive);
    return true;
  }

  #note(line: JsonObject, { Namespace: namespace, Metrics: metrics }: JsonObject): void {
    if (!Array.isArray(metrics)) return;
    for (const { Name: metric } of metrics.filter(isObject)) {
      const name = `${namespace}/${metric}`;
      const { count, sum } = this.data[name] ?? { count: 0, sum: 0 };
      const values = [line[String(metric)]].flat().map(Number);
      this.onMeasured?.(String(metric), values);
      this.data[name] = {
        count: count + values.length,
        sum: values.reduce((total, value) => total + value, sum),
      };
    }
  }
}

function parse(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
