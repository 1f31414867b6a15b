import { Clients, poll } from "../clients";
import { type Context, finding, needsAws, type Probe } from "../probe";

export const metrics: Probe = {
  number: 14,
  title: "metrics and traces",
  does: "reads the metric Events at log level INFO, deploys with WARN and traces on, reads again",
  expected: "metrics at both levels; a trace whose subsegments are ours",
  minutes: 8,
  usd: 0.01,
  async run(context) {
    const { platform } = context;
    const atInfo = await eventsOf(context);
    await platform.deploy({ logLevel: "WARN", tracing: true });
    const since = Date.now();
    const atWarn = await eventsOf(context);
    const traces = await platform.control?.traceSegments(since);
    return finding(
      { eventsAtInfo: atInfo, eventsAtWarn: atWarn, subsegments: traces },
      {
        "metrics at INFO": atInfo > 0,
        "metrics at WARN": atWarn > 0,
        ...(traces && { "a subsegment for each event": traces.length > 0 }),
      },
      traces ? [] : needsAws("traces of X-Ray"),
    );
  },
};

/** What the metric Events says of a few events; a container writes at its next event at least a second later. */
async function eventsOf({ platform, deployment }: Context): Promise<number> {
  const events = platform.watchMetric("Events");
  const clients = new Clients(deployment.endpoint);
  try {
    const socket = await clients.stock();
    const ask = async () => {
      await socket.timeout(30_000).emitWithAck("echo", "counted");
      const sum = await events();
      return sum > 0 ? sum : undefined;
    };
    // Absence is a finding, and not a failure of the measurement.
    const limits = {
      limitMs: 15_000 + platform.telemetryMs,
      stepMs: 500 + platform.telemetryMs / 60,
    };
    return await poll("the metric Events", ask, limits).catch((error: Error) => {
      if (error.message.includes("the metric Events")) return 0;
      throw error;
    });
  } finally {
    clients.close();
  }
}
