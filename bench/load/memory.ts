import type { Memory } from "./heaps";

/** How one figure went on. */
export interface Trend {
  readonly name: string;
  /** MB, when the warm-up was over and at the end. */
  readonly first: number;
  readonly last: number;
  readonly mbPerMinute: number;
  readonly isGrowing: boolean;
  readonly samples: readonly Sample[];
}

/** Minutes since the beginning, and MB. */
export type Sample = readonly [minutes: number, mb: number];

/** The first samples are not looked at: caches and code fill up. */
const WARM_UP_SHARE = 0.25;
/** Of its size a minute; less is taken for flat. */
const FLAT = 0.005;

/** Samples of several processes and their worker threads. */
export class MemorySeries {
  readonly #samples = new Map<string, Sample[]>();

  add(minutes: number, process: string, { rss, heap, workers }: Memory): void {
    this.#add(`${process} RSS`, [minutes, rss]);
    this.#add(`${process} heap`, [minutes, heap]);
    for (const [name, mb] of Object.entries(workers)) this.#add(name, [minutes, mb]);
  }

  trends(): Trend[] {
    const [[, longest = []] = []] = this.#samples;
    const [end = 0] = longest.at(-1) ?? [];
    return [...this.#samples].flatMap(([name, samples]) => {
      const warm = samples.filter(([minutes]) => minutes >= end * WARM_UP_SHARE);
      return warm.length < 3 ? [] : [trendOf(name, samples, warm)];
    });
  }

  #add(name: string, sample: Sample): void {
    const samples = this.#samples.get(name) ?? [];
    samples.push(sample);
    this.#samples.set(name, samples);
  }
}

function trendOf(name: string, samples: readonly Sample[], warm: readonly Sample[]): Trend {
  const { slope, error } = regress(warm);
  const [, first] = warm[0] as Sample;
  const [, last] = warm.at(-1) as Sample;
  const isGrowing = slope > FLAT * first && slope > 2 * error;
  return { name, first, last, mbPerMinute: slope, isGrowing, samples };
}

/** The slope of the straight line that fits best, and its standard error. */
export function regress(samples: readonly Sample[]): { slope: number; error: number } {
  const n = samples.length;
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, s) => sum + of(s), 0) / n;
  const [x, y] = [mean(([minutes]) => minutes), mean(([, mb]) => mb)];
  const spread = samples.reduce((sum, [minutes]) => sum + (minutes - x) ** 2, 0);
  if (spread === 0) return { slope: 0, error: 0 };
  const slope = samples.reduce((sum, [minutes, mb]) => sum + (minutes - x) * (mb - y), 0) / spread;
  const rest = samples.reduce(
    (sum, [minutes, mb]) => sum + (mb - y - slope * (minutes - x)) ** 2,
    0,
  );
  return { slope, error: n > 2 ? Math.sqrt(rest / (n - 2) / spread) : 0 };
}
