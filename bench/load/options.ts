import { parseArgs } from "node:util";

export const HELP = `Usage: npm run load -- [options]

Clients of the local stack join rooms of about 20, talk there, leave and come back. Without options it is a quick
look of a minute; the real run is  npm run load -- --clients 2000 --minutes 10

  --clients <n>    clients at a time                                       (200)
  --minutes <n>    how long they talk, once all are there                  (0.5)
  --rate <n>       messages a second, of all clients together              (20)
  --json-share <n> share of the clients that speak JSON actions, 0 to 1    (0.2)
  --stay <n>       seconds after which a client on average goes to another
                   room or, every second time, connects anew               (600)
  --ramp <n>       new connections a second until all are there            (20)
  --timeout <n>    seconds without any news, when all has been said, after
                   which acks and hearings are missing and not late        (30)
  --containers <n> containers of one function at most                      (8)
  --json <file>    writes all figures and samples
  --help

Messages are said when it is their time, whether the ones before were answered or not, and latency counts from
that time. Heaps are measured after a full garbage collection, 20 times in a long run, which is part of the latency.
The template's throttles apply: 100 new connections and 2,000 frames a second.

Exits with 1 if there were errors, or something of a client was left in the table when all had gone.`;

export interface LoadOptions {
  readonly clients: number;
  readonly minutes: number;
  readonly rate: number;
  readonly jsonShare: number;
  readonly staySeconds: number;
  readonly rampPerSecond: number;
  readonly timeoutSeconds: number;
  readonly containers: number;
  readonly json: string | undefined;
}

export function readOptions(args: readonly string[]): LoadOptions | "help" {
  const text = (value: string) => ({ type: "string", default: value }) as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      clients: text("200"),
      minutes: text("0.5"),
      rate: text("20"),
      "json-share": text("0.2"),
      stay: text("600"),
      ramp: text("20"),
      timeout: text("30"),
      containers: text("8"),
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const number = (name: Exclude<keyof typeof values, "json" | "help">, least = 0.001) => {
    const value = Number(values[name]);
    if (value >= least && Number.isFinite(value)) return value;
    throw new RangeError(
      `Cannot load: expected --${name} to be a number from ${least} on, got ${values[name]}`,
    );
  };
  const jsonShare = number("json-share", 0);
  if (jsonShare > 1)
    throw new RangeError(
      `Cannot load: expected --json-share to be a number from 0 to 1, got ${jsonShare}`,
    );
  return {
    ...{ clients: Math.round(number("clients", 1)), minutes: number("minutes") },
    ...{ rate: number("rate"), jsonShare, staySeconds: number("stay") },
    ...{ rampPerSecond: number("ramp"), timeoutSeconds: number("timeout") },
    ...{ containers: Math.round(number("containers", 1)), json: values.json },
  };
}
