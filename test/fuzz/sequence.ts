import type { Flavour } from "./app";

/** Who attacks. */
export const ATTACKERS = ["a", "b", "c"] as const;
export type Attacker = (typeof ATTACKERS)[number];

/** How a connection is opened. */
export interface Opening {
  readonly protocol: "socket.io" | "json";
  readonly query: Readonly<Record<string, string>>;
}

/** Frames that arrive together, in order, of one connection or several. */
export interface Batch {
  readonly frames: readonly (readonly [Attacker, string])[];
  /** Delivered before, as after a failure. */
  readonly again?: boolean;
  /** Straight from API Gateway, without a lane. */
  readonly direct?: boolean;
  /** Connections that end after it. */
  readonly ends?: readonly Attacker[];
}

/**
 * One input of the fuzzer: some connections and what they send. In frames `{{sid:a}}`, `{{pid:a}}`,
 * `{{offset:a}}` and `{{ack:a}}` stand for what the connection was told last.
 */
export interface Sequence {
  readonly flavour: Flavour;
  readonly openings: Readonly<Partial<Record<Attacker, Opening>>>;
  readonly batches: readonly Batch[];
}

export function countFrames({ batches }: Sequence): number {
  return batches.reduce((sum, { frames }) => sum + frames.length, 0);
}
