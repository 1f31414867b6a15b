import type { CrowdReport } from "./crowd";
import type { Percentiles } from "./latency";
import type { Trend } from "./memory";
import type { LoadOptions } from "./options";
import type { StackReport } from "./stack";

/** All figures of a run. */
export interface LoadReport {
  readonly options: LoadOptions;
  /** How long they talked. */
  readonly seconds: number;
  readonly crowd: CrowdReport;
  /** What the stack did while they talked. */
  readonly invocations: number;
  readonly dynamodb: number;
  readonly posts: number;
  readonly stack: StackReport;
  /** Messages that a client still waited for when the time was over. */
  readonly openAtEnd: number;
  readonly ghosts: Readonly<Record<string, number>>;
  readonly memory: readonly Trend[];
  readonly errors: Readonly<Record<string, number>>;
}

/** Of each hundred messages one may be later than this. */
const LATE_MS = 3000;

/** Whether there was enough of the machine for this rate: messages do not pile up. */
export function hasKeptUp({ crowd, openAtEnd, options }: LoadReport): boolean {
  return crowd.ack.p99 <= LATE_MS && openAtEnd <= Math.max(5, (options.rate * LATE_MS) / 1000);
}

/** Everything that must not be: what clients missed, and what failed in the stack. */
export function errorsOf(crowd: CrowdReport, stack: StackReport): Record<string, number> {
  const failed = Object.values(stack.functions).reduce((sum, { errors }) => sum + errors, 0);
  return {
    ...{ "connect error": 0, "unexpected disconnect": 0, "missing ack of a message": 0 },
    ...{ "missing hearing": 0, "heard twice": 0, ...crowd.errors },
    ...{ "dead letter": stack.deadLetters, "failed invocation": failed },
  };
}

export const sumOf = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((a, b) => a + b, 0);

const ms = (value: number) =>
  value >= 10 ? Math.round(value).toLocaleString("en") : value.toFixed(1);
const short = ({ p50, p99 }: Percentiles) => `${ms(p50)}/${ms(p99)}`;

export interface Moment {
  readonly seconds: number;
  /** Seconds since the line before. */
  readonly elapsed: number;
  readonly crowd: CrowdReport;
  readonly before: CrowdReport | undefined;
  readonly errors: Readonly<Record<string, number>>;
}

/** One line of a run that is under way. */
export function progressLine({ seconds, elapsed, crowd, before, errors }: Moment): string {
  const rate = (name: "said" | "heard" | "acked") =>
    ((crowd.counts[name] - (before?.counts[name] ?? 0)) / elapsed).toFixed(
      name === "heard" ? 0 : 1,
    );
  const { ack, hearing } = crowd.recent;
  return [
    `${seconds.toFixed(0)} s`.padStart(6),
    `${crowd.connected} connected`,
    `${rate("said")} said/s`,
    `${rate("acked")} acked/s`,
    `${rate("heard")} heard/s`,
    `p50/p99 ms: ack ${short(ack)}, hearing ${short(hearing)}`,
    `${crowd.open} open`,
    `errors ${counted(errors)}`,
  ].join("  ");
}

/** What a run comes to, for people. */
export function summaryOf(report: LoadReport): string {
  const { crowd, seconds, stack, options, ghosts, errors } = report;
  const { counts } = crowd;
  const each = (count: number) =>
    `${count.toLocaleString("en")} (${(count / seconds).toFixed(1)}/s)`;
  const containers = Object.entries(stack.functions).map(
    ([name, { containersStarted }]) => `${shortName(name)} ${containersStarted}`,
  );
  return [
    `${options.clients} clients talked for ${(seconds / 60).toFixed(1)} minutes, ${options.rate} messages a second`,
    row("said", each(counts.said)),
    row("acked", each(counts.acked)),
    row("heard", each(counts.heard)),
    row("changes", `${each(crowd.changes)} of room or connection`),
    row("ack", latency(crowd.ack)),
    row("hearing", latency(crowd.hearing)),
    row("invocations", each(report.invocations)),
    row("DynamoDB", `${each(report.dynamodb)} requests`),
    row("posts", `${each(report.posts)}; by status, in all: ${JSON.stringify(stack.posts)}`),
    row("stalls", `longest of the event loop: ${stalls(report)}`),
    row("containers", `started: ${containers.join(", ")}`),
    "memory, MB from the end of the warm-up on",
    ...inShort(report.memory).map(trendRow),
    row("errors", counted(errors)),
    ...crowd.details.map((detail) => `    ${detail}`),
    row("warnings", `${stack.warnings} lines`),
    ...stack.warned.map((line) => `    ${line.slice(0, 300)}`),
    row("ghosts", counted(ghosts)),
    hasKeptUp(report)
      ? "The system kept up."
      : `The system did not keep up: one ack in a hundred took over ${ms(crowd.ack.p99)} ms, and ${report.openAtEnd} messages were on their way when the time was over. Lower --rate, or wait until the machine is idle.`,
  ].join("\n");
}

/** A machine that is too busy shows here: a post without an answer for 5 s, for one, is posted again. */
function stalls({ stack, crowd }: LoadReport): string {
  return `stack ${ms(stack.longestStallMs)} ms, crowd ${ms(crowd.longestStallMs)} ms`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(14)}${text}`;
}

function latency({ p50, p90, p99, max }: Percentiles): string {
  return `p50 ${ms(p50)}  p90 ${ms(p90)}  p99 ${ms(p99)}  max ${ms(max)} ms`;
}

function trendRow({ name, first, last, mbPerMinute, isGrowing }: Trend): string {
  const sign = mbPerMinute < 0 ? "" : "+";
  const verdict = isGrowing ? "growing" : "flat";
  return `    ${shortName(name).padEnd(22)}${first.toFixed(1).padStart(8)} → ${last.toFixed(1).padStart(7)}  ${sign}${mbPerMinute.toFixed(2)} MB/min  ${verdict}`;
}

/** Of each function's containers the one that grew the most; `--json` writes all. */
function inShort(memory: readonly Trend[]): Trend[] {
  const shown = new Map<string, { trend: Trend; count: number }>();
  for (const trend of memory) {
    const key = shortName(trend.name).replace(/ \d+$/, "");
    const { trend: most = trend, count = 0 } = shown.get(key) ?? {};
    shown.set(key, {
      trend: trend.mbPerMinute >= most.mbPerMinute ? trend : most,
      count: count + 1,
    });
  }
  return [...shown].map(([key, { trend, count }]) => ({
    ...trend,
    name: /RSS|heap$/.test(key) ? key : `${key}, most of ${count}`,
  }));
}

function counted(counts: Readonly<Record<string, number>>): string {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return found.map(([kind, count]) => `${kind}: ${count}`).join(", ") || "none";
}

/** `RoomsFunctionsLaneDEA66BD8` is CloudFormation's way to say `lane`. */
function shortName(name: string): string {
  return name.replace(/\S*Functions(\w+?)[0-9A-F]{8}\S*/, (_, short: string) =>
    short.toLowerCase(),
  );
}
