import type { Namespace, Server } from "socket.io";
import type { RoomsAdapter } from "../adapter/rooms-adapter";
import { contextEffects } from "../context/effects";
import type { FrameEvent, LaneEvent } from "../lanes/events";
import { logWarning } from "../log";
import { count } from "../metrics";
import type {
  ConnectionId,
  ConnectionRecord,
  GoneMember,
  Handshake,
  Namespaces,
  PutOnRequest,
  RestoredRequest,
} from "../ports";
import { PROTOCOLS, type Protocols } from "../protocols";
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from "../settings/connection-limits";
import { AckIds } from "../socketio/ack-ids";
import type { GivenPorts } from "../socketio/adapter-class";
import { type AttachedServer, attachServer } from "../socketio/attach";
import { noteBases } from "../socketio/attached";
import { forgetChildren } from "../socketio/child-namespaces";
import { createClient } from "../socketio/client";
import { attachProtocol } from "../socketio/connection-sink";
import { releaseConnection } from "../socketio/release";
import { VirtualConnection } from "../socketio/virtual-connection";
import type { Allowance } from "../spending/allowance";
import { AckAssembly } from "./ack-assembly";
import { AckCollector } from "./ack-collector";
import { BatchRun } from "./batch-run";
import { chargeAck, chargeFlood } from "./charge-ack";
import { confirmLeave } from "./confirm-leave";
import { countPongs } from "./count-pongs";
import type { HostedConnection } from "./hosted-connection";
import { RateLimiters } from "./rate-limiters";
import { receiveAck } from "./receive-ack";
import { CountedSender } from "./sender";
import { tryTakeUnasked } from "./unasked";
import { runWithoutConnection } from "./without-connection";

type Counts = Pick<HostedConnection, "limiter" | "deliveries" | "sender">;

/** What the composition root gives; the host makes the rest of the adapter's ports. */
export interface HostPorts extends Omit<GivenPorts, "effects" | "acks" | "missed" | "protocols"> {
  readonly namespaces: Namespaces;
  /** What clients may speak. @default - Socket.IO and JSON actions */
  readonly protocols?: Protocols;
  readonly limits?: ConnectionLimits;
  /** What no client knows: see `AckIds`. @default - none, as in tests */
  readonly secret?: string;
  /** Makes a request as middlewares have left it at `$connect`. @default - they put nothing on requests */
  readonly restoreRequest?: (handshake: Handshake, put: PutOnRequest) => Promise<RestoredRequest>;
  /** What the clients of one address may cost. @default - that is not counted */
  readonly allowance?: Allowance;
}

/**
 * Runs an application, an unmodified Socket.IO server, one batch of a connection's events at a time.
 * The process keeps nothing of a connection: each batch restores it from the store and leaves it there.
 */
export class Host {
  readonly #limits: ConnectionLimits;
  readonly #limiters: RateLimiters;

  private constructor(
    private readonly server: AttachedServer,
    private readonly ports: HostPorts & {
      readonly ackIds: AckIds;
      readonly limits: ConnectionLimits;
      readonly protocols: Protocols;
    },
  ) {
    this.#limits = ports.limits;
    this.#limiters = new RateLimiters(this.#limits);
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
    if (!record) return this.#handleWithoutConnection(events);
    const limiter = this.#limiters.resume(connectionId, record.busyUntil);
    const deliveries = this.#limiters.resumeDeliveries(connectionId, record.deliveringUntil);
    const restored = await this.#restoreRequest(record);
    const connection = new VirtualConnection(record, this.ports.delivery, restored);
    const account = { address: record.handshake.address, allowance: this.ports.allowance };
    const isLeaving = () => connection.readyState === "closed";
    const sender = new CountedSender(this.#limits, deliveries, account, isLeaving);
    if (await countPongs(record, events, { limiter, sender, store: this.ports.store })) {
      this.#limiters.note(connectionId, limiter);
      return events.length;
    }
    const live = this.#open(connection, { limiter, deliveries, sender });
    noteBases(connection, live.client);
    this.server.engine.clientsCount++;
    try {
      const handled = await new BatchRun(live, { events, deadline }).run();
      await sender.settle();
      return handled;
    } finally {
      this.server.engine.clientsCount--;
      this.#limiters.note(connectionId, limiter, deliveries);
      releaseConnection(live);
      forgetChildren(this.server.io);
    }
  }

  async #restoreRequest({ handshake }: ConnectionRecord): Promise<RestoredRequest | undefined> {
    return handshake.put && this.ports.restoreRequest?.(handshake, handshake.put);
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

  #open(connection: VirtualConnection, counts: Counts): HostedConnection {
    const { io, Client } = this.server;
    const limits = this.#limits;
    const { namespaces } = this.ports;
    const client = createClient({ io, Client, namespaces, limits }, connection);
    const { record } = connection;
    const { protocols, delivery } = this.ports;
    const protocol = protocols.get(record.protocol);
    const attached = attachProtocol(protocol, connection, client, delivery);
    const mostFrameBytes = this.server.mostBytes;
    const of = { record, connection, client, mostFrameBytes };
    return { io, ...this.ports, limits, ...counts, ...of, ...attached };
  }

  /** The connection has ended, so no socket gets the event; but a membership may be left behind. */
  async #handleWithoutConnection(events: readonly LaneEvent[]): Promise<number> {
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

type Connectionless = FrameEvent | Extract<LaneEvent, { type: "absence" }>;

function isConnectionless(event: LaneEvent): event is Connectionless {
  return event.type === "ack" || event.type === "absence";
}
