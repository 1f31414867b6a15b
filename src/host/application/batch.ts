import { setImmediate as turn } from "node:timers/promises";
import { EffectOrder } from "../../context/effect-chain";
import { EventContext, runIn } from "../../context/event-context";
import type { LaneEvent } from "../../lanes/events";
import { logWarning } from "../../log";
import { count } from "../../metrics";
import { noteListeners } from "../../socketio/listeners";
import { traced } from "../../tracing";
import { describeEvent, dispatch } from "../dispatch";
import { handledBy } from "../hosted-connection";
import type { ResidentConnection } from "./connection";

/** A listener that awaits for longer than this is named: the next batch waits for it, and so does every client. */
const SLOW_MS = 1000;

/** What a batch asks of the application. */
export interface BatchPorts {
  /** The connection of an event; `undefined` if it has ended. */
  find(event: LaneEvent): Promise<ResidentConnection | undefined>;
  /** Handles an event of a connection that has ended. */
  pass(event: LaneEvent): Promise<unknown>;
}

/**
 * Runs events of many connections as a process does: they are dispatched in their order, and none waits for the
 * listeners of those before it. All that they do to the world has one order, that in which it was asked for.
 */
export class ApplicationBatch {
  /** Those with an event. */
  readonly touched = new Set<ResidentConnection>();
  readonly #order = new EffectOrder();
  readonly #repeated: boolean;

  constructor(
    private readonly ports: BatchPorts,
    private readonly events: readonly LaneEvent[],
    private readonly deadline: number,
  ) {
    this.#repeated = events.some(({ redelivered }) => redelivered);
  }

  /** Whether all effects so far have happened. */
  get hasSucceeded(): boolean {
    return this.#order.failure === undefined;
  }

  /** Dispatches the events and waits for all that they start. */
  async run(): Promise<void> {
    const running: Promise<unknown>[] = [];
    for (const event of this.events) {
      const resident = await this.ports.find(event);
      if (!resident) {
        running.push(this.ports.pass(event));
        continue;
      }
      await resident.connecting;
      running.push(this.#begin(event, resident));
      // Each message of a WebSocket is a turn of Node's event loop.
      await turn();
    }
    await Promise.all(running);
  }

  /** Runs work on one connection and all that it starts, after what has been asked for so far. */
  async inContext(
    { live }: ResidentConnection,
    work: (context: EventContext) => void | Promise<void>,
    deadline = this.deadline,
  ): Promise<void> {
    const context = new EventContext({
      ...{ kind: "event", connection: handledBy(live), deadline },
      ...{ repeated: this.#repeated, order: this.#order, onListener: warnOfSlow },
    });
    try {
      await runIn(context, () => work(context));
    } catch (error) {
      context.fail("handle an event", error);
    }
    await context.idle();
    context.end();
  }

  async #begin(event: LaneEvent, resident: ResidentConnection): Promise<void> {
    const { live } = resident;
    this.touched.add(resident);
    resident.noteAdapters();
    // No socket is left for the events that follow the end of a connection.
    if (live.connection.readyState === "closed") return;
    const work = () => dispatch(live, event);
    const settled = traced(event.type, () => this.inContext(resident, work), describeEvent(event));
    resident.noteDispatched(event, settled);
    await settled;
    live.connection.awaitUpgrade = false;
    if (event.type === "frame") count("Events");
    for (const socket of live.client.sockets.values()) noteListeners(socket);
  }
}

function warnOfSlow(listener: string, tookMs: number): void {
  if (tookMs < SLOW_MS) return;
  logWarning("A listener has held up the whole application: its next events wait for it", {
    ...{ listener, tookMs },
  });
}
