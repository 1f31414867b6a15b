import { setTimeout as sleep } from "node:timers/promises";
import { idleWithCallbacks } from "../../context/callbacks";
import { EffectOrder } from "../../context/effect-chain";
import {
  type ContextOptions,
  EventContext,
  type Handled,
  runIn,
} from "../../context/event-context";
import { countResources } from "../../context/settle";
import { turn } from "../../context/turn";
import { defined } from "../../defined";
import type { LaneEvent } from "../../lanes/events";
import { logWarning } from "../../log";
import { count } from "../../metrics";
import type { Memory } from "../../ports";
import { noteListeners } from "../../socketio/listeners";
import { traced } from "../../tracing";
import { describeEvent, dispatch } from "../dispatch";
import { handledBy } from "../hosted-connection";
import type { ResidentConnection } from "./connection";

/** A listener that awaits for longer than this is named: the next batch waits for it, and so does every client. */
const SLOW_MS = 1000;

type Work = (context: EventContext) => void | Promise<void>;

/** What a batch asks of the application. */
export interface BatchPorts {
  /** The connection of an event; `undefined` if it has ended. */
  find(event: LaneEvent): Promise<ResidentConnection | undefined>;
  /** Handles an event of no connection, or of one that has ended. */
  pass(event: LaneEvent): Promise<unknown>;
  /** Timers of the application, where it was compiled to be kept. */
  readonly timers?: DueTimers | undefined;
  /** How long it goes on for timers that are due within it, milliseconds. @default 0 */
  readonly sliceMs?: number;
}

type DueTimers = Pick<Memory, "nextDue" | "takeDue">;

/** How often timers are looked for while listeners run: one may be set at any time, and its listener wait for it. */
const LOOK_MS = 5;
/** How long timers that set each other without a pause go on after the last listener; a message takes them up again. */
const LINGER_MS = 1000;

/**
 * Runs events of many connections as a process does: they are dispatched in their order, and none waits for the
 * listeners of those before it. All that they do to the world has one order, that in which it was asked for.
 */
export class ApplicationBatch {
  /** Those with an event. */
  readonly touched = new Set<ResidentConnection>();
  readonly #order = new EffectOrder();
  readonly #repeated: boolean;
  readonly #sliceEnd: number;
  /** What kept the process alive before any event. */
  readonly #before = countResources();

  constructor(
    private readonly ports: BatchPorts,
    private readonly events: readonly LaneEvent[],
    readonly deadline: number,
  ) {
    this.#repeated = events.some(({ redelivered }) => redelivered);
    this.#sliceEnd = Math.min(deadline, Date.now() + (ports.sliceMs ?? 0));
  }

  /** Whether all effects so far have happened. */
  get hasSucceeded(): boolean {
    return this.#order.failure === undefined;
  }

  /** Dispatches the events and waits for all that they start. */
  async run(): Promise<void> {
    const running: Promise<unknown>[] = [];
    await this.#fireDue(Date.now());
    for (const event of this.events) {
      const resident = await this.ports.find(event);
      if (!resident) {
        running.push(handledByBatch(this.ports.pass(event)));
        continue;
      }
      this.touched.add(resident);
      running.push(resident.inTurn(event, () => this.#begin(event, resident)));
      // Each message of a WebSocket is a turn of Node's event loop.
      await turn();
    }
    const all = Promise.all(running);
    await (this.ports.timers ? this.#fireUntil(this.ports.timers, all) : all);
    for (const resident of this.touched) resident.forgetTurns();
  }

  /** Timers that are due while events are being handled fire then, to the millisecond, and those that these set. */
  async #fireUntil(timers: DueTimers, running: Promise<unknown>): Promise<void> {
    let until = this.deadline;
    let isRunning = true;
    const ended = running.then(() => {
      isRunning = false;
      until = Math.min(until, Date.now() + LINGER_MS);
    });
    for (;;) {
      const due = timers.nextDue();
      const wait = due === undefined ? undefined : due - Date.now();
      if (wait !== undefined && wait <= 0 && Date.now() < until) await this.#fireDue(Date.now());
      else if (isRunning) await endedOrIn(ended, Math.min(wait ?? LOOK_MS, LOOK_MS));
      else if (wait === undefined || Date.now() >= this.#sliceEnd) return;
      else await sleep(Math.min(wait, this.#sliceEnd - Date.now()));
    }
  }

  /** Fires what is due, one after the other, as Node does. */
  async #fireDue(now: number): Promise<void> {
    const { timers } = this.ports;
    for (let timer = timers?.takeDue(now); timer; timer = timers?.takeDue(now)) {
      const { fire } = timer;
      await this.#run(undefined, (context) => context.call("a timer", () => fire.call(timer)));
    }
  }

  /** Runs work on one connection and all that it starts, after what has been asked for so far. */
  inContext({ live }: ResidentConnection, work: Work, deadline = this.deadline): Promise<void> {
    return this.#run(handledBy(live), work, { deadline });
  }

  /** The same for an HTTP request, whose method and path are for the log. */
  forRoute(route: string, work: Work): Promise<void> {
    return this.#run(undefined, work, { route });
  }

  async #run(
    connection: Handled | undefined,
    work: Work,
    about: Pick<ContextOptions, "deadline" | "route" | "seed"> = {},
  ): Promise<void> {
    const context = new EventContext({
      kind: connection ? "event" : "connectionless",
      ...{ deadline: this.deadline, ...defined({ connection, ...about }) },
      ...{ repeated: this.#repeated, order: this.#order, onListener: warnOfSlow },
    });
    try {
      await runIn(context, () => work(context));
    } catch (error) {
      context.fail("handle an event", error);
    }
    await idleWithCallbacks(context, this.#before);
    context.end();
  }

  async #begin(event: LaneEvent, resident: ResidentConnection): Promise<void> {
    const { live } = resident;
    resident.noteAdapters();
    // No socket is left for the events that follow the end of a connection.
    if (live.connection.readyState === "closed") return;
    const work = () => dispatch(live, event);
    const run = () => this.#run(handledBy(live), work, { seed: event.messageId });
    const settled = traced(event.type, run, describeEvent(event));
    resident.noteDispatched(event, settled);
    await settled;
    live.connection.awaitUpgrade = false;
    if (event.type === "frame") count("Events");
    for (const socket of live.client.sockets.values()) noteListeners(socket);
  }
}

/** The batch waits for it later, after other events; until then, its rejection is not one that no code handles. */
function handledByBatch(work: Promise<unknown>): Promise<unknown> {
  work.catch(() => {});
  return work;
}

async function endedOrIn(ended: Promise<void>, ms: number): Promise<void> {
  const abort = new AbortController();
  const { signal } = abort;
  await Promise.race([ended, sleep(ms, undefined, { signal }).catch(() => {})]);
  abort.abort();
}

function warnOfSlow(listener: string, tookMs: number): void {
  if (tookMs < SLOW_MS) return;
  logWarning("A listener has held up the whole application: its next events wait for it", {
    ...{ listener, tookMs },
  });
}
