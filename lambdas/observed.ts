import { setLogLevel } from "../src/log";
import { count, flushMetrics, startMetrics } from "../src/metrics";
import { readSetting } from "../src/settings/read";
import { Resource } from "../src/settings/resources";
import { logLevel } from "../src/settings/settings";
import { endTrace, startTrace } from "../src/tracing";
import { beginInvocation, endInvocation } from "./invocations";

/** A handler whose invocations are counted and, where X-Ray asks for it, traced. Every function's entry point is made by this. */
export function observed<Args extends unknown[], Result>(
  handler: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const { [Resource.metrics]: rooms } = process.env;
  setLogLevel(readSetting(logLevel));
  // Not by `console`, which Lambda's runtime wraps: CloudWatch reads metrics at the top of a line only.
  const write = (line: string) => void process.stdout.write(line);
  startMetrics(rooms ? { rooms, write } : undefined);
  count("ColdStarts");
  return async (...args) => {
    startTrace(process.env._X_AMZN_TRACE_ID, process.env.AWS_XRAY_DAEMON_ADDRESS);
    beginInvocation();
    try {
      return await handler(...args);
    } finally {
      endInvocation();
      flushMetrics();
      await endTrace();
    }
  };
}
