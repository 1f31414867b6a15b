import { runIn, Scope } from "../context/event-context";
import type { CloseCause, FrameEvent, LaneEvent } from "../lanes/events";
import { count } from "../metrics";
import { noteListeners } from "../socketio/listeners";
import { describeEvent } from "../socketio/place";
import { releaseSockets, silence } from "../socketio/release";
import { acceptRepeats } from "../socketio/repeats";
import { findAdapters, restoreSockets } from "../socketio/restore";
import { refuseState } from "../socketio/state-size";
import { traced } from "../tracing";
import { countFrame, cutOff, cutOffExcess, cutOffPending, cutOffUnsaved } from "./cut-off";
import { endConnection, keep } from "./finish";
import { type Edge, handledBy, type Live } from "./live";
import { SocketStates } from "./socket-states";

/** How long the connection handlers may take in a replay; the events need the rest. */
const REPLAY_MS = 5000;
/** What is kept, after the last listener, for writing down what has to outlast the batch. */
const FINISH_MS = 4000;

/** Runs the events of one connection, in order, against its restored sockets. */
export class Session {
  readonly #states: SocketStates;
  #isUnheard = false;
  #adapters: ReturnType<typeof findAdapters> = new Map();

  /** @param deadline when to stop waiting for listeners, epoch milliseconds. */
  constructor(
    private readonly live: Live,
    private readonly edge: Edge,
    private readonly deadline: number,
  ) {
    this.#states = new SocketStates(live.client, live.record.sockets.values());
    live.connection.endsUnsaved = () => cutOffUnsaved(live, edge);
  }

  /**
   * Handles events until one fails, the time is over or the connection ends.
   *
   * @returns how many were handled. Fewer than given: the rest must be delivered again.
   */
  async run(events: readonly LaneEvent[]): Promise<number> {
    const { io, client, record } = this.live;
    this.#isUnheard = this.#endsUnheard(events[0]);
    if (!this.#isUnheard) {
      const deadline = Math.min(this.deadline, Date.now() + REPLAY_MS);
      const about = { connectionId: record.id, deadline };
      await traced("restore", () => restoreSockets(io, client, record.sockets, about));
    }
    // Now, since Socket.IO can drop a dynamic namespace together with its last socket.
    this.#adapters = findAdapters(io, record.sockets);
    for (const frame of record.pending ?? []) this.edge.receive(this.live, frame);
    const handled = await this.#handleAll(events);
    const repeated = events.some(({ redelivered }) => redelivered);
    const finished = await this.#finish(handled === events.length, repeated);
    return finished ? handled : 0;
  }

  /** Takes the restored sockets out of the process again. */
  release(): void {
    const { io, client, connection } = this.live;
    if (connection.readyState === "open") silence(client);
    // Whatever still runs reaches no client from here on.
    connection.readyState = "closed";
    releaseSockets(io, client);
  }

  async #handleAll(events: readonly LaneEvent[]): Promise<number> {
    const { connection, client } = this.live;
    // What failed may have been the end of the connection, whichever event it was that met it.
    const repeated = events.some(({ redelivered }) => redelivered);
    for (const [handled, event] of events.entries()) {
      // No socket is left for the events that follow the end of a connection.
      if (connection.readyState === "closed") break;
      if (handled > 0 && Date.now() >= this.deadline) return handled;
      const succeeded = await traced(
        event.type,
        () => this.#inScope(() => this.#dispatch(event), { repeated }),
        describeEvent(event),
      );
      if (!succeeded) return handled;
      // What an event has caused is known when its effects have ended.
      await this.live.sender.settle();
      const isCutOff =
        this.live.sender.excess === undefined ||
        (await this.#inScope(() => cutOffExcess(this.live, this.edge), { repeated }));
      if (!isCutOff) return handled;
      connection.recent?.commit();
      if (event.type === "frame") count("Events");
      for (const socket of client.sockets.values()) noteListeners(socket);
      this.#states.note();
      // An event that was not acknowledged may have made it too large, too.
      if (this.#states.isChanged && refuseState(client, this.live.limits)) {
        const end = () => void cutOffUnsaved(this.live, this.edge);
        if (!(await this.#inScope(end, { repeated }))) return handled;
      }
    }
    // A post found the client gone: its end is handled now, without waiting for the news.
    if (connection.gone) {
      if (!(await this.#inScope(() => this.#end({ type: "gone" }), { repeated }))) return 0;
    }
    return events.length;
  }

  async #dispatch(event: LaneEvent): Promise<void> {
    switch (event.type) {
      case "open":
        this.live.connection.awaitUpgrade = true;
        return this.edge.open(this.live);
      case "frame":
        return this.#receive(event);
      case "ack":
      case "absence":
        throw new Error(`Cannot handle an ${event.type} in a session: expected it elsewhere`);
      case "disconnect":
        return this.#disconnect(event);
      case "close":
        return this.#end(event.cause);
    }
  }

  #receive({
    at,
    body,
    copied,
    weight,
    redelivered,
  }: FrameEvent & { readonly redelivered?: boolean }): void {
    const frame = Buffer.from(body, "base64");
    this.live.connection.answersApart = copied === true;
    const receive = () => this.edge.receive(this.live, frame.toString("utf8"), redelivered);
    if (redelivered) acceptRepeats(this.live, receive);
    else {
      const refusal = countFrame(this.live, { at, bytes: frame.length, weight });
      if (refusal === undefined) receive();
      else cutOff(this.live, this.edge, refusal);
    }
    cutOffPending(this.live, this.edge);
  }

  #disconnect({ namespace, socketId, close }: Extract<LaneEvent, { type: "disconnect" }>): void {
    const socket = this.live.client.nsps.get(namespace);
    // Not if it has left since, or come back as another socket.
    if (socket?.id === socketId) socket.disconnect(close);
  }

  async #end(cause: CloseCause): Promise<void> {
    const { connection, delivery } = this.live;
    // 410 is also answered for a moment after a reconnect: ask before ending a life for it.
    if (cause.type === "gone" && (await delivery.reachable(connection.record.id))) return;
    const description = "websocket connection closed";
    if (cause.type === "swept") return connection.fail("ping timeout");
    if (cause.type === "replaced") return connection.fail("transport close");
    connection.end("transport close", { description, context: cause });
  }

  /** Writes what has to outlast the batch; `false` if that failed. */
  async #finish(isComplete: boolean, repeated: boolean): Promise<boolean> {
    const { connection } = this.live;
    const deadline = Math.max(this.deadline, Date.now()) + FINISH_MS;
    const options = { deadline, repeated };
    const isOpen = () => connection.readyState === "open";
    const wasOpen = isOpen();
    if (
      wasOpen &&
      !(await this.#inScope((scope) => keep(this.live, this.edge, this.#states, scope), options))
    )
      return false;
    // What cannot be kept has ended it. If an event has failed to end it, it has to be there for the next try.
    if (isOpen() || !(wasOpen || isComplete)) return true;
    const unheard = this.#isUnheard;
    const close = () => endConnection(this.live, this.#adapters, { unheard });
    return this.#inScope((scope) => void scope.effect("end the connection", close), options);
  }

  /** No listener waits for the end of its sockets, so the host restores nothing for it. */
  #endsUnheard(first: LaneEvent | undefined): boolean {
    if (first?.type !== "close" || first.cause.type === "gone") return false;
    // A session that can be recovered has to be kept.
    return [...this.live.record.sockets.values()].every(
      ({ state, pid }) => state.quietEnd && pid === undefined,
    );
  }

  /** Runs work and all that it starts; `false` if one of its effects failed. */
  async #inScope(
    work: (scope: Scope) => void | Promise<void>,
    {
      deadline = this.deadline,
      repeated,
    }: { deadline?: number; repeated?: boolean | undefined } = {},
  ): Promise<boolean> {
    const live = handledBy(this.live);
    const scope = new Scope(false, { connectionId: live.id }, live, repeated);
    scope.deadline = deadline;
    try {
      await runIn(scope, () => work(scope));
    } catch (error) {
      scope.fail("handle an event", error);
    }
    await scope.idle();
    return scope.end().failure === undefined;
  }
}
