import type { Clients } from "./clients";
import type { Deployment, Platform } from "./platform";

/**
 * `ok`: as expected. `differs`: measured, and other than expected. `unknown`: the measurement failed.
 * `skipped`: not tried.
 */
export type Verdict = "ok" | "differs" | "unknown" | "skipped";

/** What a probe has found. */
export interface Finding {
  readonly verdict: Verdict;
  readonly measured: Readonly<Record<string, unknown>>;
  /** Expectations that were not met. */
  readonly differences: readonly string[];
  /** What could not be tried, each with why. */
  readonly notTried: readonly string[];
}

/** How much a probe does. */
export interface Scale {
  readonly connects: number;
  readonly orderedSockets: number;
  readonly frames: number;
  readonly crowd: number;
  /** How long the handler of a slow neighbour takes. */
  readonly slowMs: number;
}

export const FULL: Scale = {
  connects: 20,
  orderedSockets: 10,
  frames: 200,
  crowd: 200,
  slowMs: 5000,
};
export const QUICK: Scale = { connects: 5, orderedSockets: 3, frames: 40, crowd: 12, slowMs: 2000 };

/** What a probe works with. Each has clients of its own, which are closed when it ends. */
export interface Context {
  readonly platform: Platform;
  readonly deployment: Deployment;
  readonly clients: Clients;
  readonly scale: Scale;
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal;
}

/** One question to AWS. */
export interface Probe {
  readonly number: number;
  readonly title: string;
  /** What it does, for the plan. */
  readonly does: string;
  readonly expected: string;
  /** About how long it takes on AWS. */
  readonly minutes: number;
  /** About what it costs on AWS, in US dollars. */
  readonly usd: number;
  /** Runs beside the other probes, if `--long` asks for it. */
  readonly isBackground?: boolean;
  run(context: Context): Promise<Finding>;
}

/** A finding from what was measured and from expectations by name. */
export function finding(
  measured: Readonly<Record<string, unknown>>,
  expectations: Readonly<Record<string, boolean>>,
  notTried: readonly string[] = [],
): Finding {
  const entries = Object.entries(expectations);
  const differences = entries.filter(([, isMet]) => !isMet).map(([name]) => name);
  return {
    verdict: verdictOf(entries.length, differences.length),
    measured,
    differences,
    notTried,
  };
}

function verdictOf(expectations: number, differences: number): Verdict {
  if (expectations === 0) return "skipped";
  return differences === 0 ? "ok" : "differs";
}

const NEEDS_AWS = "not tried: needs AWS";

/** What only AWS can answer, in a run without it. */
export function needsAws(...what: string[]): string[] {
  return what.map((one) => `${one} (${NEEDS_AWS})`);
}
