import { idleWithCallbacks } from "../context/callbacks";
import { EventContext, runIn } from "../context/event-context";
import { countResources } from "../context/settle";
import type { LaneEvent } from "../lanes/events";
import { count } from "../metrics";
import type { ConnectionRecord } from "../ports";
import { noteListeners } from "../socketio/listeners";
import { findAdapters, restoreSockets } from "../socketio/restore";
import { refuseState } from "../socketio/state-size";
import { traced } from "../tracing";
import { cutOffExcess, cutOffUnsaved } from "./cut-off";
import { describeEvent, dispatch, end } from "./dispatch";
import { type HostedConnection, handledBy } from "./hosted-connection";
import { receiveFrame } from "./limit-frames";
import { endConnection, keep } from "./persist";
import { SocketStates } from "./socket-states";

/** How long the connection handlers may take in a replay; the events need the rest. */
const REPLAY_MS = 5000;
/** What is kept, after the last listener, for writing down what has to outlast the batch. */
const FINISH_MS = 4000;

interface Batch {
  /** Consecutive events of the connection. */
  readonly events: readonly LaneEvent[];
  /** When to stop waiting for listeners, epoch milliseconds. */
  readonly deadline: number;
}

/** Runs the events of one connection, in order, against its restored sockets. */
export class BatchRun {
  readonly #events: readonly LaneEvent[];
  readonly #deadline: number;
  readonly #states: SocketStates;
  /** What failed may have been the end of the connection, whichever event it was that met it. */
  readonly #repeated: boolean;
  /** What kept the process alive before any event. Of connections side by side, one may wait for another's callbacks. */
  readonly #before = countResources();

  constructor(
    private readonly live: HostedConnection,
    { events, deadline }: Batch,
  ) {
    this.#events = events;
    this.#deadline = deadline;
    this.#repeated = events.some(({ redelivered }) => redelivered);
    this.#states = new SocketStates(live.client, live.record.sockets.values());
    live.connection.endsUnsaved = () => cutOffUnsaved(live);
  }

  /**
   * Handles events until one fails, the time is over or the connection ends.
   *
   * @returns how many were handled. Fewer than given: the rest must be delivered again.
   */
  async run(): Promise<number> {
    const { io, record } = this.live;
    const unheard = endsUnheard(record, this.#events[0]);
    if (!unheard) await traced("restore", () => this.#restore());
    // Now, since Socket.IO can drop a dynamic namespace together with its last socket.
    const adapters = findAdapters(io, record.sockets);
    for (const frame of record.pending ?? []) receiveFrame(this.live, frame);
    const handled = await this.#handleAll();
    const close = () => endConnection(this.live, adapters, { unheard });
    return (await this.#finish(handled === this.#events.length, close)) ? handled : 0;
  }

  async #restore(): Promise<void> {
    const { io, client, record, memory } = this.live;
    const deadline = Math.min(this.#deadline, Date.now() + REPLAY_MS);
    const connection = { id: record.id, protocol: record.protocol };
    await restoreSockets(io, client, record.sockets, { connection, deadline });
    memory?.restore();
  }

  async #handleAll(): Promise<number> {
    const { connection } = this.live;
    for (const [handled, event] of this.#events.entries()) {
      // No socket is left for the events that follow the end of a connection.
      if (connection.readyState === "closed") break;
      if (handled > 0 && Date.now() >= this.#deadline) return handled;
      if (!(await this.#handle(event))) return handled;
    }
    // A post found the client gone: its end is handled now, without waiting for the news.
    if (connection.gone && !(await this.#inContext(() => end(this.live, { type: "gone" })))) {
      return 0;
    }
    return this.#events.length;
  }

  /** Handles one event; `false` if it has to be delivered again. */
  async #handle(event: LaneEvent): Promise<boolean> {
    const work = () => dispatch(this.live, event);
    const about = describeEvent(event);
    if (!(await traced(event.type, () => this.#inContext(work), about))) return false;
    if (!(await this.#limitCost())) return false;
    this.live.handler.commit?.();
    if (event.type === "frame") count("Events");
    for (const socket of this.live.client.sockets.values()) noteListeners(socket);
    this.live.memory?.note();
    this.#states.note();
    return this.#limitState();
  }

  /** What an event has caused is known when its effects have ended. */
  async #limitCost(): Promise<boolean> {
    const { sender } = this.live;
    await sender.settle();
    if (sender.excess === undefined) return true;
    return this.#inContext(() => cutOffExcess(this.live));
  }

  /** An event that was not acknowledged may have made the state too large, too. */
  async #limitState(): Promise<boolean> {
    const { client, limits } = this.live;
    if (!this.#states.isChanged || !refuseState(client, limits)) return true;
    return this.#inContext(() => void cutOffUnsaved(this.live));
  }

  /** Writes what has to outlast the batch; `false` if that failed. */
  async #finish(isComplete: boolean, close: () => Promise<void>): Promise<boolean> {
    const { connection } = this.live;
    const deadline = Math.max(this.#deadline, Date.now()) + FINISH_MS;
    const isOpen = () => connection.readyState === "open";
    const wasOpen = isOpen();
    const save = (context: EventContext) => keep(this.live, this.#states, context);
    if (wasOpen && !(await this.#inContext(save, deadline))) return false;
    // What cannot be kept has ended it. If an event has failed to end it, it has to be there for the next try.
    if (isOpen() || !(wasOpen || isComplete)) return true;
    return this.#inContext((context) => void context.effect("end the connection", close), deadline);
  }

  /** Runs work and all that it starts; `false` if one of its effects failed. */
  async #inContext(
    work: (context: EventContext) => void | Promise<void>,
    deadline = this.#deadline,
  ): Promise<boolean> {
    const connection = handledBy(this.live);
    const repeated = this.#repeated;
    const context = new EventContext({ kind: "event", connection, deadline, repeated });
    try {
      await runIn(context, () => work(context));
    } catch (error) {
      context.fail("handle an event", error);
    }
    await idleWithCallbacks(context, this.#before);
    return context.end().failure === undefined;
  }
}

/** Whether no listener waits for the end of a connection's sockets, so that none has to be restored for it. */
function endsUnheard({ sockets }: ConnectionRecord, first: LaneEvent | undefined): boolean {
  if (first?.type !== "close" || first.cause.type === "gone") return false;
  // A session that can be recovered has to be kept.
  return [...sockets.values()].every(
    ({ state, pid }) => state.hasNoEndListener && pid === undefined,
  );
}
