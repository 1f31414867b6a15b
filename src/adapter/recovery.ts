import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoff } from "../backoff";
import { defined } from "../defined";
import { expiryOf, isOver } from "../expiry";
import type {
  ConnectionId,
  ConnectionRecord,
  Hearing,
  Room,
  Session,
  SocketAddress,
  StoredSession,
} from "../ports";
import { oldSessionIdOf, sessionIdOf } from "../session-id";
import { decodePacket } from "../wire/decode";
import { createOffset, type Offset, offsetAt, parseOffset } from "../wire/offset";
import type { RecoveryLimits } from "./context";
import type { AdapterNamespace, AdapterPorts } from "./contract";
import { unknownHearing } from "./hearings";
import { type MissedQuery, readMissed } from "./missed";
import { roomsLeft } from "./orders";
import type { RoomCounter } from "./room-counter";

type RecoveryPorts = Pick<
  AdapterPorts,
  "store" | "sessions" | "log" | "orders" | "lanes" | "missed"
>;

/** A session that a new connection of its client has taken over, and that nothing has been sent of yet. */
export interface Claim {
  /** What stands for its private id. */
  readonly sessionId: string;
  readonly session: Session;
  /** The last offset that its client says to have seen. */
  readonly seen: Offset;
  readonly by: Pick<ConnectionRecord, "id" | "protocol">;
}

/** A session as it goes on, with what its client has missed. */
export interface RestoredSession {
  /** Of the socket that goes on with it. */
  readonly address: SocketAddress;
  readonly rooms: readonly Room[];
  /** The arguments of events, oldest first, each with its offset at the end. */
  readonly missed: readonly unknown[][];
  /** Offsets of those that a broadcast may still be bringing, in order. */
  readonly inFlight: readonly string[];
  readonly hearing: Hearing;
}

/** How long a connection that has been replaced may take to end. */
const TAKE_OVER_MS = 5000;
const PAUSES_MS: Backoff = { first: 20, last: 200 };
/** No broadcast takes longer than a worker's five minutes and, if it died, the half hour until the next try. */
const BROADCAST_MS = 35 * 60 * 1000;
/** Private ids are made by Socket.IO and have 20 characters; a client may send anything. */
const MAX_PID_LENGTH = 64;

/** The receiving side of connection state recovery, in one namespace. */
export class SessionRecovery {
  constructor(
    private readonly namespace: string,
    private readonly ports: RecoveryPorts,
    private readonly counter: Pick<RoomCounter, "released">,
    private readonly limits: RecoveryLimits,
  ) {}

  /** Takes a session over for a new connection of its client. `undefined` if there is nothing to recover. */
  async claim(pid: string, offset: string, by: Claim["by"]): Promise<Claim | undefined> {
    const seen = parseOffset(offset);
    if (!seen || pid.length > MAX_PID_LENGTH) return undefined;
    for (const sessionId of [sessionIdOf(pid), oldSessionIdOf(pid)]) {
      const session = sessionId && (await this.#claim(sessionId, pid, by));
      if (!session) continue;
      const claim = { sessionId, session, seen, by };
      // Its client may come back with another token, and is then a new one.
      if (!isOver(expiryOf(session.data))) return claim;
      await this.forget(claim);
    }
    return undefined;
  }

  /**
   * Makes the socket that goes on with a session a member of its rooms, less those that it had to leave while its client
   * was away, and reads what it has missed there. `undefined`, and the session has ended, if it was disconnected
   * meanwhile or what it missed cannot be sent: see `readMissed`.
   *
   * @param all the rooms of the session in which its client may be
   */
  async restore(claim: Claim, all: readonly Room[]): Promise<RestoredSession | undefined> {
    const { session, sessionId, seen, by } = claim;
    const { namespace, ports } = this;
    // As its data say now: a token that came with the return has taken the old one's place.
    const until = expiryOf(session.data);
    const address = {
      ...this.#addressOf(session, by),
      ...defined({ until }),
    };
    const hearing = session.hearing ?? unknownHearing(all);
    const entry = await this.#enter(address, { sessionId, rooms: all, hearing });
    const { keepMs } = this.limits;
    const query = { namespace, hearing, seen, keepMs, limits: ports.missed };
    const missed = entry && (await readMissed(ports.log, { ...query, ...entry }));
    if (!missed) {
      await this.#takeBack(address, all);
      await this.forget(claim);
      return undefined;
    }
    const recently = offsetAt(Date.now() - BROADCAST_MS);
    const { packets } = missed;
    return {
      ...{ address, rooms: entry.rooms, hearing: missed.hearing },
      missed: packets.map(({ encoded }) => decodePacket(encoded)?.data as unknown[]),
      inFlight: packets.map((packet) => packet.offset).filter((text) => text > recently),
    };
  }

  /**
   * Makes a socket a member of those of its rooms in which it may still be. A member first, and then orders and log are
   * read: what is not there yet will find the member, and what finds the member while it is there asks the session.
   */
  async #enter(
    address: SocketAddress,
    session: {
      readonly sessionId: string;
      readonly rooms: readonly Room[];
      readonly hearing: Hearing;
    },
  ): Promise<Pick<MissedQuery, "rooms" | "former" | "enteredAt"> | undefined> {
    const { namespace, ports } = this;
    const { sessionId, hearing } = session;
    const { keepMs } = this.limits;
    const former = new Map<Room, string>();
    let { rooms } = session;
    for (;;) {
      const enteredAt = createOffset();
      await ports.store.expectSocket(address, rooms, sessionId);
      const left = await roomsLeft(ports.orders, { namespace, rooms, former, hearing, keepMs });
      if (!left) return undefined;
      if (left.size === 0) return { rooms, former, enteredAt };
      await this.#takeBack(address, rooms);
      for (const [room, at] of left) former.set(room, at);
      rooms = rooms.filter((room) => !left.has(room));
    }
  }

  /** Its client was refused and may try again. */
  async giveBack({ sessionId, by }: Claim, restored?: RestoredSession): Promise<void> {
    if (restored) await this.#takeBack(restored.address, restored.rooms);
    await this.ports.sessions.release(this.namespace, sessionId, by.id);
  }

  async forget({ sessionId, by }: Claim): Promise<void> {
    await this.ports.sessions.forget(this.namespace, sessionId, by.id);
  }

  /** Removes the memberships of a session that does not come back, or not into these rooms. */
  async #takeBack(address: SocketAddress, rooms: readonly Room[]): Promise<void> {
    await this.ports.store.removeMemberships(address, rooms);
    await this.counter.released(address.socketId, rooms);
  }

  #addressOf({ id: socketId }: Session, { id: connectionId, protocol }: Claim["by"]) {
    return { namespace: this.namespace, socketId, connectionId, protocol };
  }

  async #claim(sessionId: string, pid: string, by: Claim["by"]): Promise<Session | undefined> {
    const { sessions, lanes } = this.ports;
    const deadline = Date.now() + TAKE_OVER_MS;
    let replaced: ConnectionId | undefined;
    for (let look = 1; ; look++) {
      const stored = await sessions.read(this.namespace, sessionId);
      const hasExpired = stored === undefined || this.#hasExpired(stored);
      if (!stored || (hasExpired && stored.state !== "restoring")) return undefined;
      const holder = await this.#holderOf(stored, pid, by.id);
      if (holder === "left") {
        // It has left for good, unless its connection has ended since the session was read.
        const again = await sessions.read(this.namespace, sessionId);
        if (again?.state === "connected") return undefined;
        continue;
      }
      if (holder === "free") {
        const session = await this.#take(stored, sessionId, by);
        if (session && !hasExpired) return session;
        if (session) return void (await sessions.forget(this.namespace, sessionId, by.id));
      } else if (hasExpired || Date.now() > deadline) {
        return undefined;
      } else if (holder !== replaced) {
        // The client has come back, so its former connection is lost, even if the server has not noticed yet.
        await lanes.replaced(holder);
        replaced = holder;
      }
      await sleep(backoff(look, PAUSES_MS));
    }
  }

  /** Takes over a session that no connection holds, and takes back what a crash in the middle of its restoring has left. */
  async #take(
    stored: StoredSession,
    sessionId: string,
    by: Claim["by"],
  ): Promise<Session | undefined> {
    const { namespace, ports } = this;
    const from = stored.state === "restoring" ? stored.connectionId : undefined;
    const session = await ports.sessions.claim(namespace, sessionId, by.id, from);
    if (session && from !== undefined)
      await this.#takeBack(this.#addressOf(session, by), session.rooms);
    return session;
  }

  #hasExpired(stored: StoredSession): boolean {
    return stored.state !== "connected" && stored.endedAt + this.limits.maxAwayMs < Date.now();
  }

  /** The connection that has to end before the session can be taken over, if it can at all. */
  async #holderOf(
    stored: StoredSession,
    pid: string,
    by: ConnectionId,
  ): Promise<ConnectionId | "free" | "left"> {
    if (stored.state === "ended") return "free";
    const { connectionId: holder } = stored;
    // After a crash in the middle of it, the restoring begins again.
    if (stored.state === "restoring" && holder === by) return "free";
    const connection = await this.ports.store.load(holder);
    if (stored.state === "restoring") return connection ? holder : "free";
    return connection?.sockets.get(this.namespace)?.pid === pid ? holder : "left";
  }
}

/** How long after its client was lost a connection may be found to be gone: the idle timeout, and more. */
const DETECTION_MS = 15 * 60 * 1000;
const MAX_KEEP_MS = 24 * 60 * 60 * 1000;

/** `undefined` where the application has connection state recovery off. */
export function readRecoveryLimits({ server }: AdapterNamespace): RecoveryLimits | undefined {
  const options = server.opts.connectionStateRecovery;
  if (!options) return undefined;
  const maxAwayMs = options.maxDisconnectionDuration;
  return { maxAwayMs, keepMs: Math.min(maxAwayMs + DETECTION_MS, MAX_KEEP_MS) };
}
