import { Adapter } from "socket.io-adapter";
import { logDebug, logInfo } from "../log";
import type { Room, SocketAddress, SocketId, SocketRecord } from "../ports";
import { PacketType } from "../wire/packet";
import type { AdapterNamespace, AdapterPorts, LocalSocket } from "./contract";
import { Departures } from "./departures";
import { Hearings } from "./hearings";
import { createRecovery, type SessionRecovery } from "./recovery";
import { refuseRooms } from "./refuse-rooms";
import { Returns } from "./returns";
import { RoomCensus } from "./room-census";

interface Gathering {
  readonly id: SocketId;
  readonly rooms: Set<Room>;
  done?: Promise<void>;
}

/**
 * Who is in which room, kept in DynamoDB.
 *
 * `sids` is the synchronous view that `socket.rooms` shows, and `rooms` the same by room: the sockets that
 * this container's invocation has restored or connected, and no others.
 */
export class MembershipAdapter extends Adapter {
  /** Sockets of this process that the table knows, with the rooms in which it has them. */
  readonly #stored = new Map<SocketId, Set<Room>>();
  /** Joins of one socket that can still be written together: nothing has come between them. */
  #gathering: Gathering | undefined;

  readonly census: RoomCensus;
  readonly departures = new Departures();
  /** What has to be done once a socket that is ending has left its rooms. */
  readonly #afterwards = new Map<SocketId, () => Promise<void>>();
  /** There while the application has connection state recovery on. */
  protected readonly recovery: SessionRecovery | undefined;
  protected readonly returns: Returns;
  protected readonly hearings: Hearings;

  constructor(
    protected readonly namespace: AdapterNamespace,
    protected readonly ports: AdapterPorts,
    protected readonly local: (id: SocketId) => LocalSocket | undefined,
  ) {
    super(namespace);
    this.census = new RoomCensus(namespace.name, ports, (event, ...args) =>
      this.emit(event, ...args),
    );
    this.recovery = createRecovery(namespace, ports, this.census);
    this.returns = new Returns(ports.effects, this.recovery);
    this.hearings = new Hearings(this.recovery !== undefined);
  }

  /** Takes a socket over from an earlier invocation, as the table has it. */
  restore(id: SocketId, record: Pick<SocketRecord, "rooms" | "hearing" | "issued">): void {
    this.sids.set(id, new Set(record.rooms) as Set<string>);
    this.#stored.set(id, new Set(record.rooms));
    this.hearings.restore(id, record);
  }

  /** Forgets a socket at the end of the invocation; the table keeps it. */
  release(id: SocketId): void {
    this.sids.delete(id);
    this.#stored.delete(id);
    this.hearings.release(id);
    this.returns.release(id);
  }

  /** Does something once a socket that is ending has left its rooms, and not before. */
  protected afterLeaving(id: SocketId, work: () => Promise<void>): void {
    this.#afterwards.set(id, work);
  }

  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    const view = this.#view(id);
    const isMuted = this.ports.effects.isMuted();
    if (!isMuted) {
      // A recovered session is in its rooms already.
      const ports = this.returns.has(id) ? {} : this.ports;
      const refusal = refuseRooms({ namespace: this.namespace.name, id, view, rooms }, ports);
      if (refusal) return this.ports.effects.run("join", () => Promise.reject(refusal));
    }
    for (const room of rooms) view.add(room);
    if (isMuted) return;
    const socket = this.local(id);
    // Until a middleware has let it in, no other socket sees a socket's rooms.
    if (!socket) return;
    if (this.#gathering?.id === id) return this.#gather(rooms);
    return this.#stored.has(id) ? this.#join(socket, rooms) : this.#add(socket);
  }

  override del(id: SocketId, room: Room): Promise<void> | void {
    this.sids.get(id)?.delete(room as string);
    const socket = this.local(id);
    if (!socket || this.ports.effects.isMuted()) return;
    this.endGathering();
    return this.ports.effects.run("leave", async () => {
      // Also if the room is not known: a leave that failed half-way comes again.
      await this.leaveNow(socket.address, [room]);
    });
  }

  override delAll(id: SocketId): void {
    const rooms = this.sids.get(id);
    this.sids.delete(id);
    const socket = this.local(id);
    if (!rooms || this.ports.effects.isMuted()) return;
    // A middleware has refused it.
    if (!socket) return this.returns.giveBack(id);
    this.endGathering();
    if (!socket.isEnding()) {
      this.sids.set(id, new Set());
      for (const room of rooms) void this.del(id, room);
      return;
    }
    const afterwards = this.#afterwards.get(id);
    this.#afterwards.delete(id);
    void this.ports.effects.run("end a socket", async () => {
      const stored = this.#stored.get(id);
      this.#stored.delete(id);
      const { store } = this.ports;
      const all = [...new Set([...rooms, ...(stored ?? [])])];
      await this.depart(socket.address, all, [...(stored ?? [])]);
      await afterwards?.();
      if (socket.isClosing()) return;
      // Others may have joined it to rooms of which this invocation does not know.
      await this.census.left(id, await store.removeSocket(socket.address, all));
    });
  }

  /**
   * Takes a socket that is ending out of its rooms, as part of a running effect.
   *
   * @param counted those in which it is known to be
   */
  async depart(
    address: SocketAddress,
    rooms: readonly Room[],
    counted: readonly Room[] = rooms,
  ): Promise<void> {
    await this.ports.store.removeMemberships(address, rooms, this.ports.effects.isRepeated());
    await this.census.left(address.socketId, counted);
    this.departures.note(address, rooms);
  }

  /** Joins any socket of the namespace, as part of a running effect. */
  protected async joinNow(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    for (const room of rooms) this.#stored.get(address.socketId)?.add(room);
    const { rooms: joined, isCertain } = await this.ports.store.join(
      address,
      rooms,
      this.hearings.join(address.socketId, rooms),
    );
    logDebug("A socket joined rooms", () => ({ ...address, rooms }));
    await this.census.entered(address.socketId, this.#all(rooms, joined), isCertain);
  }

  /** Takes any socket of the namespace out of rooms, as part of a running effect. */
  protected async leaveNow(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    for (const room of rooms) this.#stored.get(address.socketId)?.delete(room);
    const { rooms: left, isCertain } = await this.ports.store.leave(
      address,
      rooms,
      this.hearings.leave(address.socketId, rooms),
    );
    logDebug("A socket left rooms", () => ({ ...address, rooms }));
    await this.census.left(address.socketId, this.#all(rooms, left), isCertain);
  }

  /** If SQS delivers an event again, the adapter cannot know which rooms it counted before. */
  #all(rooms: readonly Room[], changed: readonly Room[]): readonly Room[] {
    return this.ports.effects.isRepeated() ? [...new Set(rooms)] : changed;
  }

  /** Whatever reads memberships ends the gathering: joins that come after it must not come before. */
  protected endGathering(): void {
    this.#gathering = undefined;
  }

  #gather(rooms: ReadonlySet<Room>): Promise<void> | undefined {
    for (const room of rooms) this.#gathering?.rooms.add(room);
    return this.#gathering?.done;
  }

  #add(socket: LocalSocket): Promise<void> {
    const { address } = socket;
    const id = address.socketId;
    this.#stored.set(id, new Set());
    const session = this.returns.restored(id);
    // Nothing of it before the socket is let in, and all of it before the reply to its CONNECT.
    for (const data of session?.missed ?? []) {
      this.namespace.sockets.get(id)?.packet({ type: PacketType.EVENT, data });
    }
    return this.#write("connect", id, this.#view(id), async (rooms) => {
      this.#stored.set(id, rooms);
      const { until } = address;
      const hearing = this.hearings.begin(id, { rooms, until, before: session?.hearing });
      const record = { ...socket.describe(), rooms, ...(hearing && { hearing }) };
      const added = await this.ports.store.addSocket(address, record, session?.doubtful);
      this.returns.release(id);
      const { connectionId, namespace, protocol } = address;
      // Clients must not hear of a socket that was not stored. SQS delivers the event again.
      if (!added) throw new Error(`Cannot connect: expected ${namespace} to be free, got it taken`);
      logInfo("A socket connected", { connectionId, namespace, socketId: id, protocol });
      await this.census.entered(id, [...rooms]);
    });
  }

  #join({ address }: LocalSocket, joined: ReadonlySet<Room>): Promise<void> {
    return this.#write("join", address.socketId, joined, async (rooms) => {
      const stored = this.#stored.get(address.socketId);
      const isRepeated = this.ports.effects.isRepeated();
      const missing = [...rooms].filter((room) => isRepeated || !stored?.has(room));
      if (stored && missing.length > 0) await this.joinNow(address, missing);
    });
  }

  /** Queues a write of rooms, which may become more until it happens. */
  #write(
    label: string,
    id: SocketId,
    first: Iterable<Room>,
    write: (rooms: Set<Room>) => Promise<void>,
  ): Promise<void> {
    const rooms = new Set(first);
    const gathering: Gathering = { id, rooms };
    this.#gathering = gathering;
    const done = this.ports.effects.run(label, () => {
      if (this.#gathering === gathering) this.endGathering();
      return write(rooms);
    });
    gathering.done = done;
    return done;
  }

  #view(id: SocketId): Set<Room> {
    let rooms = this.sids.get(id) as Set<Room> | undefined;
    if (!rooms) {
      rooms = new Set();
      this.sids.set(id, rooms as Set<string>);
    }
    return rooms;
  }
}
