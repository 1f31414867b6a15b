import { type Charts, SERIES, type SeriesName } from "../source";

/** One second of a local stack. */
interface Bucket {
  readonly second: number;
  readonly counts: Partial<Record<SeriesName, number>>;
  readonly waits: number[];
}

const KEPT_SECONDS = 3_600;
/** Enough for a percentile. */
const MOST_WAITS = 500;
/** As many points as a small chart can show. */
const POINTS = 60;

/** What the metrics of functions count, by the series that they are part of. */
const MEASURED: Readonly<Record<string, SeriesName>> = {
  HandlerErrors: "errors",
  Failures: "errors",
  ColdStarts: "coldStarts",
};

/** Counts by the second for an hour, in bounded memory. */
export class Series {
  readonly #buckets = new Map<number, Bucket>();

  count(name: SeriesName, at: number, by = 1): void {
    const { counts } = this.#bucket(at);
    counts[name] = (counts[name] ?? 0) + by;
  }

  /** A value that holds until the next. */
  gauge(at: number, connections: number): void {
    this.#bucket(at).counts.connections = connections;
  }

  /** A metric that a function has written. */
  measure(metric: string, values: readonly number[]): void {
    const now = Date.now();
    if (metric === "LaneAge") {
      const { waits } = this.#bucket(now);
      waits.push(...values.slice(0, Math.max(0, MOST_WAITS - waits.length)));
    }
    const name = MEASURED[metric];
    if (name)
      this.count(
        name,
        now,
        values.reduce((sum, value) => sum + value, 0),
      );
  }

  charts(minutes: number, now: number): Charts {
    const stepMs = Math.max(1, Math.round((minutes * 60) / POINTS)) * 1000;
    const to = Math.ceil(now / stepMs) * stepMs;
    const from = to - POINTS * stepMs;
    const series = Object.fromEntries(
      SERIES.map((name) => [name, Array<number | null>(POINTS).fill(ZERO[name])]),
    ) as Record<SeriesName, (number | null)[]>;
    const waits: number[][] = Array.from({ length: POINTS }, () => []);
    let connections = 0;
    let upTo = 0;
    for (const { second, counts, waits: some } of this.#buckets.values()) {
      const place = Math.floor((second * 1000 - from) / stepMs);
      if (counts.connections !== undefined) {
        for (; upTo < Math.min(place, POINTS); upTo++) series.connections[upTo] = connections;
        connections = counts.connections;
      }
      if (place < 0 || place >= POINTS) continue;
      for (const [name, count] of Object.entries(counts) as [SeriesName, number][]) {
        if (name !== "connections") series[name][place] = (series[name][place] ?? 0) + count;
      }
      waits[place]?.push(...some);
    }
    for (; upTo < POINTS; upTo++) series.connections[upTo] = connections;
    waits.forEach((some, place) => {
      if (some.length === 0) return;
      some.sort((a, b) => a - b);
      series.waitMedian[place] = percentile(some, 0.5);
      series.waitP95[place] = percentile(some, 0.95);
    });
    return { from, stepMs, series };
  }

  #bucket(at: number): Bucket {
    const second = Math.floor(at / 1000);
    const found = this.#buckets.get(second);
    if (found) return found;
    const bucket: Bucket = { second, counts: {}, waits: [] };
    this.#buckets.set(second, bucket);
    for (const old of this.#buckets.keys()) {
      if (old >= second - KEPT_SECONDS) break;
      this.#buckets.delete(old);
    }
    return bucket;
  }
}

/** A count without a bucket is 0; a wait is unknown. */
const ZERO: Readonly<Record<SeriesName, number | null>> = {
  events: 0,
  posts: 0,
  waitMedian: null,
  waitP95: null,
  errors: 0,
  failedPosts: 0,
  connections: 0,
  coldStarts: 0,
};

/** @param sorted not empty */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}
