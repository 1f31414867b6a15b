import type { GoneMember } from "./delivery";
import type { Hearing } from "./hearing";
import type {
  ConnectionId,
  ConnectionRecord,
  CountedRoom,
  EndedSocket,
  KeptFrame,
  Member,
  Page,
  PageOptions,
  ReceiveState,
  Room,
  SocketAddress,
  SocketId,
  SocketRecord,
  SocketState,
} from "./records";

/**
 * Who is connected and who is in which room. `test/contracts` holds every store to what this file promises.
 *
 * Each write below is one or several atomic writes, in the order in which they are named: a function may die between two
 * of them, and the event that comes again repeats them all.
 *
 * Reads are strongly consistent: what a resolved write stored, the next read sees, from any
 * invocation. Writes are idempotent, so a redelivered event may repeat them. Infrastructure errors
 * reject; what can never be stored rejects with a `TypeError` or `RangeError`; "it is not there any
 * more" does not reject.
 */
export interface Store {
  /** Stores a new connection, without sockets, in place of what may be there under its id. */
  open(connection: ConnectionRecord): Promise<void>;
  /** The connection, or `undefined` once its life has ended. */
  load(id: ConnectionId): Promise<ConnectionRecord | undefined>;
  /**
   * Adds a connected socket with its first rooms: to its connection, and then as `completeSocket` does. `false`, and
   * nothing stored, if the connection has ended or has a socket in this namespace.
   *
   * @param inFlightOffsets offsets that a recovered socket has been sent and that other broadcasts may bring.
   */
  addSocket(
    address: SocketAddress,
    socket: SocketRecord,
    inFlightOffsets?: readonly string[],
  ): Promise<boolean>;
  /**
   * Completes what a crash in the middle of `addSocket` has left undone: makes the socket a member of the rooms and of its
   * namespace, in place of what these memberships said before, and keeps its session as connected if it has a `pid`.
   */
  completeSocket(
    address: SocketAddress,
    socket: Pick<SocketRecord, "rooms" | "pid">,
  ): Promise<void>;
  /**
   * Makes a socket whose session is being restored a member of the rooms and of its namespace, so that broadcasts wait
   * for it. These memberships end by themselves after a quarter of an hour.
   */
  expectSocket(address: SocketAddress, rooms: readonly Room[], sessionId: string): Promise<void>;
  /**
   * Adds the socket to rooms: first their memberships, then its connection knows of them. Returns those that are new to
   * it. Nothing is stored if the socket has ended, or if a room is invalid.
   *
   * @param at the offset after which it hears them, kept for a session that can be recovered; a room that it is in
   *   already keeps its own
   */
  join(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange>;
  /**
   * Takes the socket out of rooms: first its connection forgets them, then their memberships go, also those of a socket
   * that has ended. Returns the rooms in which it was.
   *
   * @param at the offset at which it left them, kept likewise
   */
  leave(address: SocketAddress, rooms: readonly Room[], at?: string): Promise<RoomChange>;
  /**
   * Keeps what a renewed token has changed of what the session can have heard: `after`, `until` and, if there, `deaf`.
   * Ignored if the socket has ended, or has no `hearing`.
   */
  saveHearing(address: SocketAddress, hearing: Hearing): Promise<void>;
  /**
   * Replaces what the application keeps on the socket, its `until`, and `shared` for all sockets of the connection.
   * Ignored if the socket has ended. Rejects with a RangeError for some hundred KB, and the state before stays.
   *
   * @param isRenewed whether it may now hear until another time. @default true
   */
  saveState(address: SocketAddress, state: SocketState, isRenewed?: boolean): Promise<void>;
  /**
   * Keeps what the next frames need to know; what is absent stays as it was, and an empty list of frames removes them.
   * Ignored if the connection has ended.
   *
   * @param apart of the connection, as far as the caller knows
   */
  saveReceiveState(id: ConnectionId, state: ReceiveState, apart?: string): Promise<void>;
  /**
   * Keeps apart what is large of a connection, from now on, if the store does so. It changes nothing that is read.
   *
   * @returns its `apart`; `undefined` if it has ended, if other writes came in between, or if the store never does
   */
  spread(id: ConnectionId): Promise<string | undefined>;
  /** Frames of an ack with attachments that is not complete; an empty list if no ack is under way. */
  ackFrames(id: ConnectionId): Promise<readonly KeptFrame[]>;
  /** Replaces them; an empty list removes them. The connection need not be there. */
  keepAckFrames(id: ConnectionId, frames: readonly KeptFrame[]): Promise<void>;
  /**
   * Removes the memberships of a socket that is about to end, that of its namespace among them.
   *
   * @param isRepeated whether it may have been done before: a session that goes on elsewhere by now keeps its own
   */
  removeMemberships(
    address: SocketAddress,
    rooms: readonly Room[],
    isRepeated?: boolean,
  ): Promise<void>;
  /**
   * Ends one socket whose memberships in `rooms` are gone. Other invocations may have joined it to more: these it returns,
   * and removes their memberships. An empty list if it had ended before.
   */
  removeSocket(address: SocketAddress, rooms: readonly Room[]): Promise<readonly Room[]>;
  /**
   * Ends a connection with the memberships that its sockets still have: those that `departed` does not
   * name, which a session that goes on elsewhere has taken over. What it removed, by socket;
   * `undefined` if the connection had ended before.
   */
  close(
    id: ConnectionId,
    departed?: (namespace: string, socketId: SocketId) => ReadonlySet<Room> | undefined,
  ): Promise<readonly EndedSocket[] | undefined>;
  /** Removes a membership whose connection has no item any more: what a crash can leave behind.
   * `false` if it did not exist. */
  forget(member: GoneMember): Promise<boolean>;
  /** Those of the connections that have not ended. */
  loadMany(ids: readonly ConnectionId[]): Promise<ReadonlyMap<ConnectionId, ConnectionRecord>>;
  /** Members of a room, page by page, in the order of their ids; no socket twice. */
  members(namespace: string, room: Room): AsyncIterable<readonly Member[]>;
  /** Some members of a room, in the order of their ids; `next` is absent behind the last. */
  memberPage(namespace: string, room: Room, page: PageOptions): Promise<Page<Member>>;
  /** Every socket of a namespace, page by page, in any order; no socket twice. */
  everyone(namespace: string): AsyncIterable<readonly Member[]>;
  /**
   * About how many members a room has, or a namespace; exact for a room that one page holds.
   *
   * @param first page of `members`, or of `everyone` where `room` is absent
   */
  estimate(namespace: string, room: Room | undefined, first: readonly Member[]): number;
  /** Every connection, page by page, for the heartbeat. May lack what was opened a moment ago, unlike the rest. */
  connections(): AsyncIterable<readonly ConnectionRecord[]>;
}

/** Which rooms a call has changed. */
export interface RoomChange {
  readonly rooms: readonly Room[];
  /** `false` where an answer of the table got lost: then all rooms are named that were asked for. */
  readonly isCertain: boolean;
}

/** Dynamic namespaces that exist anywhere; a parent is known by its place in the order of registration. */
export interface Namespaces {
  /** Keeps a name for as long again; `false` if it is not there. */
  keep(parent: number, name: string, keepMs: number): Promise<boolean>;
  /** Adds a name, or keeps it; `false` if it was there already. */
  add(parent: number, name: string, keepMs: number): Promise<boolean>;
  /** Counts a name that a connection wants to add; `false`, and nothing counted, if it has added `most` of them. */
  charge(connectionId: ConnectionId, most: number, keepMs: number): Promise<boolean>;
  /** The names under a parent that have not expired, page by page, each once. */
  list(parent: number): AsyncIterable<readonly string[]>;
  /** Whether a name is there and has not expired. */
  has(parent: number, name: string): Promise<boolean>;
}

/**
 * Which rooms there are and how many members they have. Of calls at the same time, exactly one creates a room and exactly
 * one deletes it.
 *
 * `isRepeated`: the change may have been counted before, in a run that failed. The members of such a room are counted one
 * by one until it is empty.
 */
export interface Rooms {
  /**
   * Checks a room's name before anything is done with it: what can be joined must also be listed, logged and left.
   *
   * @throws TypeError for an invalid room, RangeError for a name that is too long to be stored
   */
  check(namespace: string, room: Room): void;
  /** Call when a membership has been written; `true` if that created the room. */
  enter(namespace: string, room: Room, isRepeated: boolean): Promise<boolean>;
  /** Call when a membership has been removed; `true` if that deleted the room. */
  leave(namespace: string, room: Room, isRepeated: boolean): Promise<boolean>;
  /** Call when a membership has been removed that was never counted; `true` if that deleted the room. */
  release(namespace: string, room: Room): Promise<boolean>;
  /** How many members a room has; sockets' own rooms are not counted. */
  count(namespace: string, room: Room): Promise<number>;
  /** The rooms of a namespace, page by page, without the sockets' own. Reads no member. */
  list(namespace: string): AsyncIterable<readonly CountedRoom[]>;
}
