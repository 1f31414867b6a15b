import { logDebug, logInfo } from "../log";
import type { Hearing, Room, SocketAddress, SocketId, SocketRecord } from "../ports";
import { PacketType } from "../wire/packet";
import type { AdapterContext } from "./context";
import type { LocalSocket } from "./contract";
import { EndedSockets } from "./ended-sockets";
import type { Hearings } from "./hearings";
import { refuseRooms } from "./refuse-rooms";
import type { Returns } from "./returns";
import type { RoomCounter } from "./room-counter";

export interface MembershipParts {
  readonly counter: RoomCounter;
  readonly returns: Returns;
  readonly hearings: Hearings;
}

/** Who is in which room, kept in the table. */
export class Memberships {
  readonly endedSockets = new EndedSockets();
  readonly counter: RoomCounter;

  /** Sockets of this process that the table knows, with the rooms in which it has them. */
  readonly #stored = new Map<SocketId, Set<Room>>();
  /** What has to be done once a socket that is ending has left its rooms. */
  readonly #afterwards = new Map<SocketId, () => Promise<void>>();
  readonly #returns: Returns;
  readonly #hearings: Hearings;

  constructor(
    private readonly context: AdapterContext,
    { counter, returns, hearings }: MembershipParts,
  ) {
    this.counter = counter;
    this.#returns = returns;
    this.#hearings = hearings;
  }

  /** Takes a socket over from an earlier invocation, as the table has it. */
  restore(id: SocketId, record: Pick<SocketRecord, "rooms" | "hearing" | "issued">): void {
    this.context.sids.set(id, new Set(record.rooms));
    this.#stored.set(id, new Set(record.rooms));
    this.#hearings.restore(id, record);
  }

  /** What a socket's session can have heard, where it can be recovered. */
  hearingOf(id: SocketId): Hearing | undefined {
    return this.#hearings.of(id);
  }

  /** Forgets a socket at the end of the invocation; the table keeps it. */
  release(id: SocketId): void {
    this.context.sids.delete(id);
    this.#stored.delete(id);
    this.#hearings.release(id);
    this.#returns.release(id);
  }

  /** Does something once a socket that is ending has left its rooms, and not before. */
  afterLeaving(id: SocketId, work: () => Promise<void>): void {
    this.#afterwards.set(id, work);
  }

  addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    const view = this.#view(id);
    const { ports, namespace, queue } = this.context;
    const isMuted = ports.effects.isMuted();
    if (!isMuted) {
      // A recovered session is in its rooms already.
      const limits = this.#returns.has(id) ? { rooms: ports.rooms } : ports;
      const refusal = refuseRooms({ namespace: namespace.name, id, view, rooms }, limits);
      if (refusal) return queue.run("join", () => Promise.reject(refusal));
    }
    for (const room of rooms) view.add(room);
    if (isMuted) return;
    const socket = this.context.local(id);
    // Until a middleware has let it in, no other socket sees a socket's rooms.
    if (!socket) return;
    const pending = queue.add(id, rooms);
    if (pending) return pending;
    return this.#stored.has(id) ? this.#join(socket, rooms) : this.#add(socket);
  }

  del(id: SocketId, room: Room): Promise<void> | void {
    const { sids, local, ports, queue } = this.context;
    sids.get(id)?.delete(room);
    const socket = local(id);
    if (!socket || ports.effects.isMuted()) return;
    return queue.run("leave", async () => {
      // Also if the room is not known: a leave that failed half-way comes again.
      await this.leaveNow(socket.address, [room]);
    });
  }

  delAll(id: SocketId): void {
    const { sids, local, ports, queue } = this.context;
    const rooms = sids.get(id);
    sids.delete(id);
    const socket = local(id);
    if (!rooms || ports.effects.isMuted()) return;
    // A middleware has refused it.
    if (!socket) return this.#returns.giveBack(id);
    if (!socket.isEnding()) {
      sids.set(id, new Set());
      for (const room of rooms) void this.del(id, room);
      return;
    }
    const afterwards = this.#afterwards.get(id);
    this.#afterwards.delete(id);
    void queue.run("end a socket", async () => {
      const stored = this.#stored.get(id);
      this.#stored.delete(id);
      const all = [...new Set([...rooms, ...(stored ?? [])])];
      await this.depart(socket.address, all, [...(stored ?? [])]);
      await afterwards?.();
      if (socket.isClosing()) return;
      // Others may have joined it to rooms of which this invocation does not know.
      await this.counter.left(id, await ports.store.removeSocket(socket.address, all));
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
    const { store, effects } = this.context.ports;
    await store.removeMemberships(address, rooms, effects.isRepeated());
    await this.counter.left(address.socketId, counted);
    this.endedSockets.note(address, rooms);
  }

  /** Joins any socket of the namespace, as part of a running effect. */
  async joinNow(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    for (const room of rooms) this.#stored.get(address.socketId)?.add(room);
    const { rooms: joined, isCertain } = await this.context.ports.store.join(
      address,
      rooms,
      this.#hearings.join(address.socketId, rooms),
    );
    logDebug("A socket joined rooms", () => ({ ...address, rooms }));
    await this.counter.entered(address.socketId, this.#all(rooms, joined), isCertain);
  }

  /** Takes any socket of the namespace out of rooms, as part of a running effect. */
  async leaveNow(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    for (const room of rooms) this.#stored.get(address.socketId)?.delete(room);
    const { rooms: left, isCertain } = await this.context.ports.store.leave(
      address,
      rooms,
      this.#hearings.leave(address.socketId, rooms),
    );
    logDebug("A socket left rooms", () => ({ ...address, rooms }));
    await this.counter.left(address.socketId, this.#all(rooms, left), isCertain);
  }

  /** If SQS delivers an event again, the adapter cannot know which rooms it counted before. */
  #all(rooms: readonly Room[], changed: readonly Room[]): readonly Room[] {
    return this.context.ports.effects.isRepeated() ? [...new Set(rooms)] : changed;
  }

  #add(socket: LocalSocket): Promise<void> {
    const { address } = socket;
    const id = address.socketId;
    this.#stored.set(id, new Set());
    const session = this.#returns.restored(id);
    // Nothing of it before the socket is let in, and all of it before the reply to its CONNECT.
    for (const data of session?.missed ?? []) {
      this.context.namespace.sockets.get(id)?.packet({ type: PacketType.EVENT, data });
    }
    return this.context.queue.begin("connect", id, this.#view(id), async (rooms) => {
      this.#stored.set(id, rooms);
      const { until } = address;
      const hearing = this.#hearings.begin(id, { rooms, until, before: session?.hearing });
      const record = { ...socket.describe(), rooms, ...(hearing && { hearing }) };
      const added = await this.context.ports.store.addSocket(address, record, session?.inFlight);
      this.#returns.release(id);
      const { connectionId, namespace, protocol } = address;
      // Clients must not hear of a socket that was not stored. SQS delivers the event again.
      if (!added) throw new Error(`Cannot connect: expected ${namespace} to be free, got it taken`);
      logInfo("A socket connected", { connectionId, namespace, socketId: id, protocol });
      await this.counter.entered(id, [...rooms]);
    });
  }

  #join({ address }: LocalSocket, joined: ReadonlySet<Room>): Promise<void> {
    return this.context.queue.begin("join", address.socketId, joined, async (rooms) => {
      const stored = this.#stored.get(address.socketId);
      const isRepeated = this.context.ports.effects.isRepeated();
      const missing = [...rooms].filter((room) => isRepeated || !stored?.has(room));
      if (stored && missing.length > 0) await this.joinNow(address, missing);
    });
  }

  /** Writes a socket's memberships again: until when it may hear has changed. */
  async renew(id: SocketId): Promise<void> {
    const { ports, queue, sids, local } = this.context;
    const socket = local(id);
    if (!socket || ports.effects.isMuted()) return;
    const rooms = new Set(sids.get(id));
    const { address } = socket;
    await queue.run("renew memberships", async () => {
      const hearing = this.#hearings.renew(id, address.until);
      await ports.store.completeSocket(address, { rooms });
      if (hearing) await ports.store.saveHearing(address, hearing);
    });
  }

  #view(id: SocketId): Set<Room> {
    const { sids } = this.context;
    if (!sids.has(id)) sids.set(id, new Set<Room>());
    return sids.get(id) as Set<Room>;
  }
}
