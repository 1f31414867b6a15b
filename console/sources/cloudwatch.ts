import type { AwsCalls } from "../../bin/aws/calls";
import type { StackResource as Resource } from "../../bin/aws/stack";
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from "../../src/metric-names";
import { type Charts, type FunctionRow, SERIES, type SeriesName } from "../source";
import { shortName } from "./names";
import { membersAt, parseXml, textAt } from "./xml";

interface Metric {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimension: readonly [name: string, value: string];
  readonly statistic: string;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
}

/** Values by the time where their period begins, epoch milliseconds. */
type Values = ReadonlyMap<number, number>;

const POINTS = 60;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What makes a series: the sum of these. */
const MADE_OF: Readonly<Record<SeriesName, readonly [statistic: string, ...names: MetricName[]]>> =
  {
    events: ["Sum", "Events"],
    posts: ["Sum", "PostsDelivered"],
    waitMedian: ["p50", "LaneAge"],
    waitP95: ["p95", "LaneAge"],
    errors: ["Sum", "HandlerErrors", "Failures"],
    failedPosts: ["Sum", "PostsThrottled", "PostsFailed"],
    // Written by the heartbeat, each 8 minutes.
    connections: ["Maximum", "Connections"],
    coldStarts: ["Sum", "ColdStarts"],
  };

/** Charts of a deployment, from CloudWatch's metrics. Untried on AWS. */
export class CloudWatch {
  /** @param rooms the construct's path, which is the metrics' dimension */
  constructor(
    private readonly calls: AwsCalls,
    private readonly rooms: string,
  ) {}

  /** CloudWatch has whole minutes, the last after a while. */
  async charts(minutes: number, now: number): Promise<Charts> {
    const stepMs = Math.max(1, Math.ceil(minutes / POINTS)) * MINUTE_MS;
    const to = Math.ceil(now / stepMs) * stepMs;
    const from = to - POINTS * stepMs;
    const metrics = SERIES.flatMap((series) => {
      const [statistic, ...names] = MADE_OF[series];
      return names.map((name, place) => ({
        ...{ id: `${series}${place}`, namespace: METRIC_NAMESPACE, name, statistic },
        dimension: [METRIC_DIMENSION, this.rooms] as const,
      }));
    });
    const found = await this.#read(metrics, { from, to, periodSeconds: stepMs / 1000 });
    const series = SERIES.map((name) => {
      const values = [0, 1].map((place) => found.get(`${name}${place}`));
      const list = Array.from({ length: POINTS }, (_, place) =>
        valueAt(name, values, from + place * stepMs),
      );
      return [name, name === "connections" ? carried(list) : list];
    });
    return { from, stepMs, series: Object.fromEntries(series) };
  }

  /** What functions did in the last hour. */
  async functions(resources: readonly Resource[], now: number): Promise<readonly FunctionRow[]> {
    const functions = functionsOf(resources);
    const names = ["Invocations", "Errors", "Throttles"] as const;
    const metrics = functions.flatMap(({ physicalId }, place) =>
      names.map((name) => ({
        ...{ id: `${name.toLowerCase()}${place}`, namespace: "AWS/Lambda", name, statistic: "Sum" },
        dimension: ["FunctionName", physicalId] as const,
      })),
    );
    const to = Math.ceil(now / MINUTE_MS) * MINUTE_MS;
    const found = await this.#read(metrics, { from: to - HOUR_MS, to, periodSeconds: 3600 });
    const sum = (id: string) => [...(found.get(id)?.values() ?? [])].reduce((a, b) => a + b, 0);
    return functions.map(({ logicalId }, place) => ({
      name: shortName(logicalId),
      invocations: sum(`invocations${place}`),
      errors: sum(`errors${place}`),
      throttles: sum(`throttles${place}`),
    }));
  }

  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
  async #read(metrics: readonly Metric[], range: Range): Promise<ReadonlyMap<string, Values>> {
    if (metrics.length === 0) return new Map();
    const parameters = Object.assign(
      {
        StartTime: new Date(range.from).toISOString(),
        EndTime: new Date(range.to).toISOString(),
        ScanBy: "TimestampAscending",
      },
      ...metrics.map((metric, place) => queryOf(metric, place + 1, range.periodSeconds)),
    );
    const xml = await this.calls.query("monitoring", "2010-08-01", "GetMetricData", parameters);
    const results = membersAt(
      parseXml(xml),
      ...["GetMetricDataResponse", "GetMetricDataResult", "MetricDataResults"],
    );
    return new Map(
      results.map((result) => {
        const times = membersAt(result, "Timestamps").map(({ text }) => Date.parse(text));
        const values = membersAt(result, "Values").map(({ text }) => Number(text));
        return [textAt(result, "Id"), new Map(times.map((at, place) => [at, values[place] ?? 0]))];
      }),
    );
  }
}

/** The functions of `Rooms` among all of the stack. */
export function functionsOf(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(
    ({ type, logicalId }) =>
      type === "AWS::Lambda::Function" && /Functions\w+?[0-9A-F]{8}$/.test(logicalId),
  );
}

function queryOf(
  { id, namespace, name, dimension, statistic }: Metric,
  place: number,
  period: number,
) {
  const query = `MetricDataQueries.member.${place}`;
  const metric = `${query}.MetricStat.Metric`;
  return {
    [`${query}.Id`]: id,
    [`${query}.MetricStat.Stat`]: statistic,
    [`${query}.MetricStat.Period`]: String(period),
    [`${metric}.Namespace`]: namespace,
    [`${metric}.MetricName`]: name,
    [`${metric}.Dimensions.member.1.Name`]: dimension[0],
    [`${metric}.Dimensions.member.1.Value`]: dimension[1],
  };
}

/** A count that CloudWatch does not have is 0; a time is unknown. */
function valueAt(
  name: SeriesName,
  values: readonly (Values | undefined)[],
  at: number,
): number | null {
  const known = values.flatMap((some) => some?.get(at) ?? []);
  if (known.length > 0) return known.reduce((sum, value) => sum + value, 0);
  return MADE_OF[name][0] === "Sum" ? 0 : null;
}

/** A number that holds until the next is known. */
function carried(list: readonly (number | null)[]): (number | null)[] {
  let last: number | null = null;
  return list.map((value) => {
    last = value ?? last;
    return last;
  });
}
