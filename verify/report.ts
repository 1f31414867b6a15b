import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Finding, Probe } from "./probe";

/** A probe with what it has found. */
export interface Result extends Finding {
  readonly number: number;
  readonly title: string;
  readonly expected: string;
  readonly seconds: number;
  /** Why the measurement failed. */
  readonly error?: string;
}

/** `verify-report.json`. */
export interface Report {
  readonly platform: "aws" | "local";
  readonly startedAt: string;
  readonly endedAt: string;
  readonly node: string;
  /** Whether the run was interrupted. */
  readonly isInterrupted: boolean;
  readonly probes: readonly Result[];
}

export function toResult(probe: Probe, found: Finding, seconds: number, error?: string): Result {
  const { number, title, expected } = probe;
  return {
    ...{ number, title, expected, ...found },
    seconds: Math.round(seconds * 10) / 10,
    ...(error === undefined ? {} : { error }),
  };
}

export function writeReport(file: string, report: Report): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}

/** One line for each probe, as it ends. */
export function show(result: Result): string {
  const { number, title, verdict, measured, differences, notTried, error, seconds } = result;
  const values = Object.entries(measured)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const parts = [
    values.join(", "),
    differences.length > 0 ? `differs: ${differences.join("; ")}` : "",
    error === undefined ? "" : `failed: ${error}`,
    notTried.join("; "),
  ];
  const head = `${String(number).padStart(2)}  ${verdict.padEnd(7)}  ${title}`;
  return [`${head} (${seconds} s)`, ...parts.filter(Boolean)].join("\n      ");
}
