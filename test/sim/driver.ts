import { simulate } from "./simulate";

/** How much is going on in a run. */
export interface Size {
  readonly clients: number;
  readonly steps: number;
}

/** What a run has found, and figures for the line about it. */
export interface Run {
  readonly violations: readonly string[];
  readonly summary: Readonly<Record<string, number | string>>;
}

/** A way to make runs from seeds. */
export interface Driver {
  readonly defaults: Size & { readonly seeds: number };
  readonly start?: () => Promise<void>;
  run(seed: number, size: Size): Promise<Run>;
  readonly stop?: () => Promise<void>;
}

export interface SimulationSettings {
  readonly losesAnswers: boolean;
  /** See `SimulationOptions`. */
  readonly isResident?: boolean;
  readonly counter?: string;
  readonly onTrace?: (line: string) => void;
}

/** The simulation, where a seed replays. */
export function simulationDriver(settings: SimulationSettings): Driver {
  return {
    defaults: { seeds: 200, clients: 10, steps: 80 },
    async run(seed, size) {
      const result = await simulate({ seed, ...size, ...settings });
      const { violations, said, heard, counted, faults, deadLetters, lastedMs, decisions } = result;
      const summary = {
        ...{ said, heard, ...(counted > 0 && { counted }) },
        faults: Object.values(faults).reduce((sum, count) => sum + count, 0),
        "dead letters": deadLetters,
        "virtual minutes": Math.round(lastedMs / 60_000),
        ...{ decisions, trace: result.traceHash.slice(0, 12) },
      };
      return { violations, summary };
    },
  };
}
