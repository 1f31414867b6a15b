import { setTimeout as sleep } from "node:timers/promises";
import { type AwsCalls, textsOf } from "../bin/aws/calls";

const MINUTE_MS = 60_000;

/** Epoch milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Runs something in a minute of its own, as CloudWatch counts minutes. */
export async function wholeMinute(run: () => Promise<void>): Promise<Range> {
  const next = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS;
  // Clocks differ a little.
  await sleep(next - Date.now() + 5000);
  await run();
  return { from: next, to: next + MINUTE_MS };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export async function sumOf(
  calls: AwsCalls,
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  { from, to }: Range,
): Promise<number> {
  const named = Object.entries(dimensions).flatMap(([key, value], n) => [
    [`Dimensions.member.${n + 1}.Name`, key],
    [`Dimensions.member.${n + 1}.Value`, value],
  ]);
  const xml = await calls.query("monitoring", "2010-08-01", "GetMetricStatistics", {
    ...{ Namespace: namespace, MetricName: name, Period: "60", "Statistics.member.1": "Sum" },
    StartTime: new Date(from).toISOString(),
    EndTime: new Date(to).toISOString(),
    ...Object.fromEntries(named),
  });
  return textsOf(xml, "Sum").reduce((sum, text) => sum + Number(text), 0);
}
