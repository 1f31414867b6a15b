import { monitorEventLoopDelay } from "node:perf_hooks";

/** Watches the event loop of this process; tells how long it has stood still at most. */
export function watchStalls(): () => number {
  const delays = monitorEventLoopDelay({ resolution: 20 });
  delays.enable();
  return () => delays.max / 1e6;
}
