import type { Adapter, BroadcastOptions } from "socket.io-adapter";
import type {
  Acks,
  Answer,
  Member,
  Order,
  Page,
  PageOptions,
  Room,
  SocketAddress,
  SocketId,
  Store,
} from "../ports";
import { copyAudience, type Options } from "./broadcast-adapter";
import { keepOrder } from "./orders";
import { PresenceAdapter } from "./presence-adapter";
import { describeRemote, inOrder } from "./remote-socket";
import { roomsIn } from "./rooms-in";

type SocketSession = Parameters<Adapter["persistSession"]>[0];
type Recovered = Awaited<ReturnType<Adapter["restoreSession"]>>;

type SocketMember = SocketAddress & Member;

interface Steps {
  /** Walks through the members, with what is to be done before and after. */
  readonly run?: (walk: () => Promise<void>) => Promise<void>;
  /** Who is acted on. @default - who is connected: not a session that is still being restored */
  readonly isMeant?: (member: Member) => boolean;
}

/** How many sockets a utility method acts on at a time. */
const CONCURRENCY = 25;

/**
 * Socket.IO's adapter for the whole deployment: broadcasts, acks and utility methods reach every
 * socket of the namespace, whichever function served it last.
 */
export class RoomsAdapter extends PresenceAdapter {
  constructor(...parts: ConstructorParameters<typeof PresenceAdapter>) {
    super(...parts);
    // Made when it is looked at, which is seldom: `sids` turned round.
    Object.defineProperty(this, "rooms", { get: () => roomsIn(this.sids) });
  }

  get store(): Store {
    return this.ports.store;
  }

  /** Where answers to this namespace's events come in. */
  get acks(): Acks {
    return this.ports.acks;
  }

  /** Puts an answer that came on the connection's own lane where other invocations look. */
  keepAnswer(ackId: number, answer: Answer): void {
    const { answers, effects } = this.ports;
    void effects.run("keep an ack", () => answers.put(this.namespace.name, ackId, answer));
  }

  override async sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const members = await this.#members("read members", { rooms });
    return new Set(members.map(({ socketId }) => socketId));
  }

  /**
   * The rooms of the namespace with how many members each has, in the whole deployment; without the
   * sockets' own rooms. Reads one small item a room and no member. Socket.IO has nothing like it
   * (https://github.com/socketio/socket.io/issues/1884): `await io.of("/").adapter.countRooms()`.
   */
  async countRooms(): Promise<Map<Room, number>> {
    this.endGathering();
    return this.ports.effects.run("count rooms", async () => {
      const counts = new Map<Room, number>();
      for await (const page of this.ports.rooms.list(this.namespace.name)) {
        for (const { room, members } of page) counts.set(room, members);
      }
      return counts;
    });
  }

  /** How many members one room has in the whole deployment: one small read. */
  async countRoom(room: Room): Promise<number> {
    this.endGathering();
    return this.ports.effects.run("count a room", () =>
      this.ports.rooms.count(this.namespace.name, room),
    );
  }

  /** How long the client whose event is handled has to wait until it may broadcast, in milliseconds. */
  waitMs(): number {
    return this.ports.effects.sender()?.waitMs() ?? 0;
  }

  /** Some of a room's members, in the order of their ids: one read, however large the room is. */
  async pageOfMembers(room: Room, page: PageOptions): Promise<Page<SocketId>> {
    this.endGathering();
    return this.ports.effects.run("read members", async () => {
      const { items, ...rest } = await this.ports.store.memberPage(this.namespace.name, room, page);
      return { items: items.map(({ socketId }) => socketId), ...rest };
    });
  }

  /**
   * In the order in which the sockets connected. The caller's own are those that are there now: one that
   * is about to go is still one of them, as in Socket.IO.
   */
  override async fetchSockets(options: BroadcastOptions): Promise<never[]> {
    const own = this.currentSockets();
    const { flags, ...targets } = options as Options;
    const { name: namespace } = this.namespace;
    const { store, effects } = this.ports;
    const audience = copyAudience(options as Options);
    this.endGathering();
    return effects.run("fetch sockets", async () => {
      const members: Member[] = [];
      for await (const page of this.pages(audience, targets)) {
        members.push(...page.filter(({ socketId }) => !flags?.local || own.has(socketId)));
      }
      const remote = members.filter(({ socketId }) => !own.has(socketId));
      const connections = await store.loadMany(remote.map(({ connectionId }) => connectionId));
      const found = members.map(
        (member) => own.get(member.socketId) ?? describeRemote(member, namespace, connections),
      );
      return inOrder(found.filter((it) => it !== undefined)) as never[];
    });
  }

  override addSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.forEachCurrent(options as Options, (_, view) => {
      for (const room of rooms) view.add(room);
    });
    this.#forEach("join sockets", options as Options, (member) => this.joinNow(member, rooms));
  }

  override delSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.forEachCurrent(options as Options, (_, view) => {
      for (const room of rooms) view.delete(room);
    });
    this.#order("leave sockets", options as Options, { leave: rooms }, async (member) => {
      // Its rooms are written when it is restored; until then they can only be waited for.
      const isOwn = member.connectionId === this.ports.effects.connection()?.id;
      if (!isOwn) await this.admission?.settled(member);
      await this.leaveNow(member, rooms);
    });
  }

  override disconnectSockets(options: BroadcastOptions, close: boolean): void {
    this.forEachCurrent(options as Options, (socket) => socket.disconnect(close));
    this.#order("disconnect sockets", options as Options, {}, async (member) => {
      // On its own lane, where its handlers run and whatever was sent before has left.
      if (!this.current(member)) await this.ports.lanes.disconnect([member], close);
    });
  }

  /** Keeps what Socket.IO's connection state recovery needs of a socket whose connection broke. */
  override persistSession({ sid, pid, rooms }: SocketSession): void {
    const socket = this.local(sid);
    if (!socket || this.ports.effects.isMuted()) return;
    const session = { id: sid, rooms: [...rooms] as Room[] };
    const { address } = socket;
    // The socket that takes it over becomes a member of the same rooms under the same id, so this one has to
    // have left them before.
    this.afterLeaving(sid, () => {
      // Read when the listeners for `disconnect` have run: Socket.IO keeps the object that they write to.
      const { data } = socket.describe().state;
      const hearing = this.hearings.of(sid);
      return this.ports.sessions.end(address, pid, {
        ...session,
        data,
        ...(hearing && { hearing }),
      });
    });
  }

  /** Takes a session over. What was missed is sent when its client has been let in: see `restoreReturn`. */
  override async restoreSession(pid: string, offset: string): Promise<Recovered> {
    const session = await this.returns.claim(pid, offset);
    // Socket.IO's type knows nothing of sessions that cannot be recovered, its code does.
    if (!session) return null as unknown as Recovered;
    const { id: sid, rooms, data } = session;
    return { sid, pid, rooms: [...rooms] as string[], data, missedPackets: [] };
  }

  /** Reads what a socket has missed in the rooms that it has now; `false` if its session cannot go on. */
  async restoreReturn(id: SocketId): Promise<boolean> {
    const view = this.sids.get(id) as Set<Room> | undefined;
    const isRestored = await this.returns.restore(id, [...(view ?? [])]);
    const rooms = this.returns.restored(id)?.rooms;
    // It had to leave the others while its client was away.
    for (const room of rooms && view ? [...view] : [])
      if (!rooms?.includes(room)) view?.delete(room);
    return isRestored;
  }

  /** All members of an audience at once, for what needs them together. */
  #members(label: string, options: Options): Promise<Member[]> {
    this.endGathering();
    const audience = copyAudience(options);
    return this.ports.effects.run(label, async () => {
      const members: Member[] = [];
      for await (const page of this.pages(audience, options)) members.push(...page);
      return members;
    });
  }

  /** Acts on the members of an audience, and on the sessions of members that are away when they come back. */
  #order(
    label: string,
    options: Options,
    order: Pick<Order, "leave">,
    act: (member: SocketMember) => Promise<void>,
  ): void {
    const { name: namespace } = this.namespace;
    const { keepMs } = this.recovery?.limits ?? {};
    const audience = copyAudience(options);
    const run = async (walk: () => Promise<void>) => {
      const isKept = keepMs !== undefined && !options.flags?.local;
      if (isKept) await keepOrder(this.ports.orders, namespace, { ...audience, ...order }, keepMs);
      await walk();
      // Those that an earlier run has taken out are members no more, and it may not have counted them.
      if (this.ports.effects.isRepeated()) await this.census.recount(order.leave ?? []);
    };
    this.#forEach(label, options, act, { run, isMeant: () => true });
  }

  /** Acts on the members of an audience, a page at a time, as one effect. */
  #forEach(
    label: string,
    options: Options,
    act: (member: SocketMember) => Promise<void>,
    { run = (walk) => walk(), isMeant }: Steps = {},
  ): void {
    if (this.ports.effects.isMuted()) return;
    this.endGathering();
    const audience = copyAudience(options);
    const { name: namespace } = this.namespace;
    const walk = async () => {
      for await (const page of this.pages(audience, options, isMeant)) {
        for (let start = 0; start < page.length; start += CONCURRENCY) {
          const members = page.slice(start, start + CONCURRENCY);
          await Promise.all(members.map((member) => act({ namespace, ...member })));
        }
      }
    };
    void this.ports.effects.run(label, () => run(walk));
  }
}
