import { Adapter, type BroadcastOptions } from "socket.io-adapter";
import type { Ack, Acks, Page, PageOptions, Room, SocketId, Store } from "../ports";
import type { Packet } from "../wire/packet";
import { Broadcasts, type Options } from "./broadcasts";
import type { AdapterContext } from "./context";
import type { AdapterNamespace, AdapterPorts, LocalSocket } from "./contract";
import { Hearings } from "./hearings";
import { MemberActions } from "./member-actions";
import { Members } from "./members";
import { Memberships } from "./memberships";
import { OwnSockets } from "./own-sockets";
import { PendingJoins } from "./pending-joins";
import { Presences } from "./presences";
import { readRecoveryLimits, SessionRecovery } from "./recovery";
import { ResidentMembers } from "./resident-members";
import { Returns } from "./returns";
import { RoomCounter } from "./room-counter";
import { RoomIndex } from "./room-index";
import { roomsIn } from "./rooms-in";
import { SessionKeeper } from "./session-keeper";

type SocketSession = Parameters<Adapter["persistSession"]>[0];
type Recovered = Awaited<ReturnType<Adapter["restoreSession"]>>;

/**
 * Socket.IO's adapter for the whole deployment: broadcasts, acks and utility methods reach every
 * socket of the namespace, whichever function served it last. It holds the parts that do so together.
 *
 * `sids` is the synchronous view that `socket.rooms` shows, and `rooms` the same by room: the sockets that
 * this container's invocation has restored or connected, and no others; where one process holds every socket, all.
 */
export class RoomsAdapter extends Adapter {
  readonly memberships: Memberships;
  readonly broadcasts: Broadcasts;
  readonly presences: Presences;
  /** There where this process holds every socket. */
  readonly index: RoomIndex | undefined;
  readonly sessions: SessionKeeper;
  readonly #ports: AdapterPorts;
  readonly #members: Members;
  readonly #actions: MemberActions;

  constructor(
    namespace: AdapterNamespace,
    ports: AdapterPorts,
    local: (id: SocketId) => LocalSocket | undefined,
  ) {
    super(namespace);
    this.#ports = ports;
    const index = ports.resident && this.#indexRooms(namespace.name, ports.resident);
    // Made when it is looked at, which is seldom: `sids` turned round.
    if (!index) Object.defineProperty(this, "rooms", { get: () => roomsIn(this.sids) });
    this.index = index;
    const recoveryLimits = readRecoveryLimits(namespace);
    const queue = new PendingJoins(ports.effects);
    const sids = this.sids as Map<SocketId, Set<Room>>;
    const resident = index && new ResidentMembers(namespace, index, local);
    const context: AdapterContext = {
      ...{ namespace, ports, queue, sids, resident, local, recoveryLimits },
    };
    const own = new OwnSockets(context);
    const hearings = new Hearings(recoveryLimits !== undefined);
    const { name } = namespace;
    const counter = new RoomCounter(name, ports, (event, ...args) => this.emit(event, ...args));
    const recovery = recoveryLimits && new SessionRecovery(name, ports, counter, recoveryLimits);
    const returns = new Returns(ports.effects, recovery);
    this.memberships = new Memberships(context, { counter, returns, hearings });
    this.broadcasts = new Broadcasts(context, own);
    this.presences = new Presences(context, this.broadcasts);
    const { memberships, broadcasts } = this;
    this.sessions = new SessionKeeper(context, { memberships, hearings, returns });
    this.#members = new Members(context, own, broadcasts);
    this.#actions = new MemberActions(context, { own, memberships, broadcasts });
  }

  #indexRooms(namespace: string, onChange: NonNullable<AdapterPorts["resident"]>): RoomIndex {
    const index = new RoomIndex((id) => onChange(namespace, id));
    Object.assign(this, { sids: index.sids, rooms: index.rooms });
    return index;
  }

  get store(): Store {
    return this.#ports.store;
  }

  /** Where answers to this namespace's events come in. */
  get acks(): Acks {
    return this.#ports.acks;
  }

  /** Puts an answer that came on the connection's own lane where other invocations look. */
  keepAck(ackId: number, answer: Ack): void {
    const { ackStore, effects } = this.#ports;
    void effects.run("keep an ack", () => ackStore.put(this.nsp.name, ackId, answer));
  }

  /** How long the client whose event is handled has to wait until it may broadcast, in milliseconds. */
  waitMs(): number {
    return this.#ports.effects.sender()?.waitMs() ?? 0;
  }

  /**
   * The rooms of the namespace with how many members each has, in the whole deployment; without the
   * sockets' own rooms. Reads one small item a room and no member. Socket.IO has nothing like it
   * (https://github.com/socketio/socket.io/issues/1884): `await io.of("/").adapter.countRooms()`.
   */
  countRooms(): Promise<Map<Room, number>> {
    return this.#members.counts();
  }

  /** How many members one room has in the whole deployment: one small read. */
  countRoom(room: Room): Promise<number> {
    return this.#members.count(room);
  }

  /** Some of a room's members, in the order of their ids: one read, however large the room is. */
  pageOfMembers(room: Room, page: PageOptions): Promise<Page<SocketId>> {
    return this.#members.page(room, page);
  }

  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    return this.memberships.addAll(id, rooms);
  }

  override del(id: SocketId, room: Room): Promise<void> | void {
    return this.memberships.del(id, room);
  }

  override delAll(id: SocketId): void {
    this.memberships.delAll(id);
  }

  override broadcast(packet: Packet, options: BroadcastOptions): void {
    this.broadcasts.send(packet, options as Options);
  }

  override broadcastWithAck(
    packet: Packet,
    options: BroadcastOptions,
    onClientCount: (count: number) => void,
    onAck: (value: unknown) => void,
  ): void {
    this.broadcasts.sendWithAck(packet, options as Options, onClientCount, onAck);
  }

  override sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    return this.#members.ids({ rooms });
  }

  override async fetchSockets(options: BroadcastOptions): Promise<never[]> {
    return (await this.#members.fetch(options as Options)) as never[];
  }

  override addSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.#actions.join(options as Options, rooms);
  }

  override delSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.#actions.leave(options as Options, rooms);
  }

  override disconnectSockets(options: BroadcastOptions, close: boolean): void {
    this.#actions.disconnect(options as Options, close);
  }

  override persistSession({ sid, pid, rooms }: SocketSession): void {
    this.sessions.persist(sid, pid, [...rooms] as Room[]);
  }

  /** Takes a session over. What was missed is sent when its client has been let in: see `SessionKeeper.restore`. */
  override async restoreSession(pid: string, offset: string): Promise<Recovered> {
    const session = await this.sessions.claim(pid, offset);
    // Socket.IO's type knows nothing of sessions that cannot be recovered, its code does.
    if (!session) return null as unknown as Recovered;
    const { id: sid, rooms, data } = session;
    return { sid, pid, rooms: [...rooms] as string[], data, missedPackets: [] };
  }
}
