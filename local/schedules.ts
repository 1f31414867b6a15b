import { randomUUID } from "node:crypto";
import { type Json, type JsonObject, parseJson } from "./json";
import type { AsynchronousInvocations } from "./lambda/asynchronous";
import type { Functions } from "./lambda/functions";
import type { Timings } from "./options";
import type { ScheduleModel } from "./template/model";
import { Local } from "./template/names";

/** What schedules invoke, and by way of what: like most services, both kinds leave their events in Lambda's queue. */
export interface ScheduleTargets {
  readonly functions: Functions;
  readonly asynchronous: AsynchronousInvocations;
}

/** Runs functions at their rates. */
export class Schedules {
  readonly #stops: (() => void)[] = [];
  readonly #runs: (() => Promise<void>)[] = [];

  constructor(
    models: readonly ScheduleModel[],
    timings: Timings,
    { functions, asynchronous }: ScheduleTargets,
  ) {
    const { clock, minuteMs } = timings;
    for (const model of models) {
      const target = functions.find(model.functionArn);
      const run = () => asynchronous.invoke(target, eventOf(model));
      this.#runs.push(run);
      this.#stops.push(clock.every(model.everyMinutes * minuteMs, () => void run()));
    }
  }

  /** Runs every schedule once, now, and waits for the first attempt. */
  async runAll(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run()));
  }

  /** Runs nothing any more. */
  close(): void {
    for (const stop of this.#stops) stop();
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html */
function eventOf(model: ScheduleModel): Json {
  if (model.input !== undefined) return parseJson(model.input) ?? model.input;
  const event: JsonObject = {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: model.source,
    account: Local.account,
    time: new Date().toISOString().replace(/\.\d+/, ""),
    region: Local.region,
    resources: [model.arn],
    detail: {},
  };
  // EventBridge Scheduler writes the detail as text.
  return model.source === "aws.scheduler" ? { ...event, detail: "{}" } : event;
}
