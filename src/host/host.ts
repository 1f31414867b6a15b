import type { Namespace, Server } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { contextEffects } from "../context/effects";
import type { FrameEvent, LaneEvent } from "../lanes/events";
import { logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionId, GoneMember } from "../ports";
import { PROTOCOLS } from "../protocols";
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from "../settings/connection-limits";
import { AckIds } from "../socketio/ack-ids";
import { type AttachedServer, attachServer } from "../socketio/attach";
import { forgetChildren } from "../socketio/child-namespaces";
import { releaseConnection } from "../socketio/release";
import { AckAssembly } from "./ack-assembly";
import { AckCollector } from "./ack-collector";
import { BatchRun } from "./batch-run";
import { chargeAck, chargeFlood } from "./charge-ack";
import { confirmLeave } from "./confirm-leave";
import { countPongs } from "./count-pongs";
import type { HostPorts } from "./host-ports";
import { type Hosting, openConnection, prepareConnection, restoreRequest } from "./open-connection";
import { RateLimiters } from "./rate-limiters";
import { receiveAck } from "./receive-ack";
import { tryTakeUnasked } from "./unasked";
import { runWithoutConnection } from "./without-connection";

export type { HostPorts };

/**
 * Runs an application, an unmodified Socket.IO server, one batch of a connection's events at a time.
 * The process keeps nothing of a connection: each batch restores it from the store and leaves it there.
 */
export class Host {
  readonly #limits: ConnectionLimits;
  readonly #limiters: RateLimiters;
  /** What it opens connections with. */
  readonly hosting: Hosting;

  private constructor(
    private readonly server: AttachedServer,
    private readonly ports: Hosting["ports"] & { readonly ackIds: AckIds },
  ) {
    this.#limits = ports.limits;
    this.#limiters = new RateLimiters(this.#limits);
    this.hosting = { server, ports, limiters: this.#limiters };
  }

  /**
   * Hosts a server from here on. That replaces methods of Socket.IO's classes for the whole process, and the adapter and
   * engine of this server.
   *
   * @throws TypeError for what is not a server; Error for one that locks clients out in a way that has no effect here
   */
  static attach(io: Server, given: HostPorts): Host {
    const ackIds = new AckIds(given.secret ?? "");
    const { namespaces, protocols = PROTOCOLS, limits = DEFAULT_CONNECTION_LIMITS } = given;
    const ackStore = ackIds.guard(given.ackStore);
    const ports = { ...given, ackStore, ackIds, limits, protocols };
    const acks = new AckCollector(ackStore, limits.pendingAcks);
    const missed = missedLimits(limits);
    const own = { effects: contextEffects, acks, roomLimits: limits, missed };
    const adapterPorts = { ...ports, ...own };
    const { newNamespaces } = limits;
    const server = attachServer(io, { adapterPorts, ackIds, namespaces, newNamespaces });
    return new Host(server, ports);
  }

  /**
   * Handles consecutive events of one connection.
   *
   * @param deadline when to stop waiting for listeners, epoch milliseconds.
   * @returns how many events were handled; the rest must be delivered again. Rejects if the
   *   connection could not be read, and then none was.
   */
  async handle(
    connectionId: ConnectionId,
    events: readonly LaneEvent[],
    deadline: number,
  ): Promise<number> {
    const connectionless = events.filter(isConnectionless);
    if (connectionless.length > 0) return this.#handleConnectionless(connectionId, connectionless);
    const record = await this.ports.store.load(connectionId);
    if (!record) return this.handleWithoutConnection(events);
    const prepared = prepareConnection(this.hosting, record);
    const { limiter, sender, deliveries } = prepared.counts;
    if (await countPongs(record, events, { limiter, sender, store: this.ports.store })) {
      this.#limiters.note(connectionId, limiter);
      return events.length;
    }
    prepared.connection.restore(await restoreRequest(this.ports, record));
    const live = openConnection(this.hosting, prepared);
    this.server.engine.clientsCount++;
    try {
      const handled = await new BatchRun(live, { events, deadline }).run();
      await sender.settle();
      return handled;
    } finally {
      this.server.engine.clientsCount--;
      this.#limiters.note(connectionId, limiter, deliveries);
      live.memory?.release();
      releaseConnection(live);
      forgetChildren(this.server.io);
    }
  }

  /** See `runWithoutConnection`. */
  runWithoutConnection<T>(
    namespace: string,
    work: (namespace: Namespace, adapter: RoomsAdapter) => Promise<T>,
    deadline: number,
  ): Promise<{ readonly value: T } | undefined> {
    const { namespaces } = this.ports;
    return runWithoutConnection({ io: this.server.io, namespaces }, namespace, work, deadline);
  }

  /** What needs no connection comes on lanes of its own. */
  async #handleConnectionless(
    connectionId: ConnectionId,
    events: readonly Connectionless[],
  ): Promise<number> {
    const { store, protocols, namespaces } = this.ports;
    const assembly = new AckAssembly(connectionId, events, store, this.#limits, protocols);
    for (const event of events) {
      if (event.type === "absence") await confirmLeave(this.server.io, namespaces, event);
      else if (event.type === "wake") await this.ports.lanes.wake?.(event.at, 0);
      else if (!(await this.#receiveAck(event, assembly))) {
        count("ClientsCutOff");
        logWarning("A client was cut off: its acks are too many or too large", { connectionId });
        await chargeFlood(connectionId, this.ports);
        await this.ports.delivery.close(connectionId);
        break;
      }
    }
    await assembly.finish();
    return events.length;
  }

  /** `false` if its client has to be cut off. */
  async #receiveAck(event: FrameEvent, assembly: AckAssembly): Promise<boolean> {
    if (!this.#admitsAck(event) || !(await chargeAck(event, this.ports))) return false;
    const isAsked = await receiveAck(event, this.ports, assembly);
    return isAsked || tryTakeUnasked(event, this.#limiters, this.ports.store);
  }

  /** Acks are counted apart: their lane does not read the connection. */
  #admitsAck({ connectionId, at, body }: FrameEvent): boolean {
    const sender = `${connectionId}.ack`;
    const limiter = this.#limiters.resume(sender);
    const bytes = Buffer.byteLength(body, "base64");
    const isAdmitted = limiter.tryTake(at, bytes) && bytes <= (this.server.mostBytes ?? bytes);
    this.#limiters.note(sender, limiter);
    return isAdmitted;
  }

  /** The connection has ended, so no socket gets the event; but a membership may be left behind. */
  async handleWithoutConnection(events: readonly LaneEvent[]): Promise<number> {
    for (const event of events) {
      if (event.type !== "close" || event.cause.type !== "gone" || !event.cause.member) continue;
      await this.#forget(event.cause.member);
    }
    // A client that still sends holds a WebSocket whose connection item is gone.
    const [sender] = events.filter(({ type }) => type === "frame");
    if (sender) await this.ports.delivery.close(sender.connectionId);
    return events.length;
  }

  async #forget(member: GoneMember): Promise<void> {
    const { namespace, room, socketId } = member;
    const isForgotten = await this.ports.store.forget(member);
    // Whether it was counted, only the crash knows that left it behind.
    if (isForgotten && room !== undefined && room !== socketId) {
      await this.ports.rooms.leave(namespace, room, true);
    }
  }
}

function missedLimits({ missedPackets, missedBytes, missedRepeats }: ConnectionLimits) {
  return { packets: missedPackets, bytes: missedBytes, repeats: missedRepeats };
}

type Connectionless = FrameEvent | Extract<LaneEvent, { type: "absence" | "wake" }>;

function isConnectionless(event: LaneEvent): event is Connectionless {
  return event.type === "ack" || event.type === "absence" || event.type === "wake";
}
