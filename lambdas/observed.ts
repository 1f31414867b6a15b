import { setLogLevel } from "../src/log";
import { count, flushMetrics, startMetrics } from "../src/metrics";
import { Env } from "../src/names";

/** A handler whose invocations are counted. Every function's entry point is made by this. */
export function observed<Args extends unknown[], Result>(
  handler: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  const { [Env.metrics]: rooms, AWS_LAMBDA_LOG_LEVEL: level } = process.env;
  setLogLevel(level);
  // Not by `console`, which Lambda's runtime wraps: CloudWatch reads metrics at the top of a line only.
  const write = (line: string) => void process.stdout.write(line);
  startMetrics(rooms ? { rooms, write } : undefined);
  count("ColdStarts");
  return async (...args) => {
    try {
      return await handler(...args);
    } finally {
      flushMetrics();
    }
  };
}
