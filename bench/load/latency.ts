import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

/** Milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Latencies, of all the run and since they were last asked for. */
export class Latency {
  readonly #all = create();
  readonly #recent = create();

  record(ms: number): void {
    const us = Math.max(1, Math.round(ms * 1000));
    this.#all.record(us);
    this.#recent.record(us);
  }

  all(): Percentiles {
    return percentilesOf(this.#all);
  }

  recent(): Percentiles {
    const found = percentilesOf(this.#recent);
    this.#recent.reset();
    return found;
  }
}

/** Microseconds, up to an hour. */
function create(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });
}

function percentilesOf(histogram: RecordableHistogram): Percentiles {
  const { count } = histogram;
  const ms = (percent: number) => (count ? histogram.percentile(percent) / 1000 : 0);
  return {
    ...{ count, p50: ms(50), p90: ms(90), p99: ms(99) },
    max: count ? histogram.max / 1000 : 0,
  };
}
