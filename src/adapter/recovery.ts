import { setTimeout as sleep } from "node:timers/promises";
import { expiryOf, isOver } from "../expiry";
import type {
  ConnectionId,
  ConnectionRecord,
  LoggedPacket,
  Room,
  Session,
  SocketAddress,
  StoredSession,
} from "../ports";
import { decodePacket } from "../wire/decode";
import { type Offset, offsetAt, parseOffset } from "../wire/offset";
import type { AdapterNamespace, AdapterPorts } from "./contract";

type RecoveryPorts = Pick<AdapterPorts, "store" | "sessions" | "log" | "lanes">;

/** A session as it goes on, with what its client has missed. */
export interface RestoredSession extends Session {
  /** Of the socket that goes on with it. */
  readonly address: SocketAddress;
  /** The arguments of events, oldest first, each with its offset at the end. */
  readonly missed: readonly unknown[][];
  /** Offsets of those that a broadcast may still be bringing, in order. */
  readonly doubtful: readonly string[];
}

/** How long a connection that has been replaced may take to end. */
const TAKE_OVER_MS = 5000;
const FIRST_PAUSE_MS = 20;
const LAST_PAUSE_MS = 200;
/** No broadcast takes longer than a worker's five minutes and, if it died, the half hour until the next try. */
const BROADCAST_MS = 35 * 60 * 1000;
/** Private ids are made by Socket.IO and have 20 characters; a client may send anything. */
const MAX_PID_LENGTH = 64;

/** The receiving side of connection state recovery, in one namespace. */
export class SessionRecovery {
  constructor(
    private readonly namespace: string,
    private readonly ports: RecoveryPorts,
    readonly limits: { readonly maxAwayMs: number; readonly keepMs: number },
  ) {}

  /**
   * Takes a session over for a new connection of its client, and reads what it has missed since an
   * offset. `undefined` if there is nothing to recover.
   */
  async restore(
    pid: string,
    offset: string,
    by: Pick<ConnectionRecord, "id" | "protocol">,
  ): Promise<RestoredSession | undefined> {
    const seen = parseOffset(offset);
    if (!seen || pid.length > MAX_PID_LENGTH) return undefined;
    const session = await this.#claim(pid, by.id);
    if (!session) return undefined;
    const { namespace } = this;
    const until = expiryOf(session.data);
    // Its client may come back with another token, and is then a new one.
    if (isOver(until)) return undefined;
    const address = {
      namespace,
      socketId: session.id,
      connectionId: by.id,
      protocol: by.protocol,
      ...(until === undefined ? {} : { until }),
    };
    // A member first and then the log: what is not in the log yet will find the member, and what
    // finds the member while it is in the log asks the session.
    await this.ports.store.expectSocket(address, session.rooms, pid);
    const packets = await this.#readMissed(session.rooms, seen);
    const recently = offsetAt(Date.now() - BROADCAST_MS);
    return {
      ...session,
      address,
      missed: packets.map(({ parts }) => decodePacket(parts)?.data as unknown[]),
      doubtful: packets.map((packet) => packet.offset).filter((text) => text > recently),
    };
  }

  async #claim(pid: string, by: ConnectionId): Promise<Session | undefined> {
    const { sessions, lanes } = this.ports;
    const deadline = Date.now() + TAKE_OVER_MS;
    let pause = FIRST_PAUSE_MS;
    let replaced: ConnectionId | undefined;
    for (;;) {
      const stored = await sessions.read(this.namespace, pid);
      if (!stored || this.#hasExpired(stored)) return undefined;
      const holder = await this.#holderOf(stored, pid, by);
      if (holder === "left") {
        // It has left for good, unless its connection has ended since the session was read.
        const again = await sessions.read(this.namespace, pid);
        if (again?.state === "connected") return undefined;
        continue;
      }
      if (holder === "nobody") {
        const from = stored.state === "restoring" ? stored.connectionId : undefined;
        const session = await sessions.claim(this.namespace, pid, by, from);
        if (session) return session;
      } else if (Date.now() > deadline) {
        return undefined;
      } else if (holder !== replaced) {
        // The client has come back, so whatever it had before is lost, even if nobody noticed yet.
        await lanes.replaced(holder);
        replaced = holder;
      }
      await sleep(pause);
      pause = Math.min(pause * 2, LAST_PAUSE_MS);
    }
  }

  #hasExpired(stored: StoredSession): boolean {
    return stored.state !== "connected" && stored.endedAt + this.limits.maxAwayMs < Date.now();
  }

  /** The connection that has to end before the session can be taken over, if it can at all. */
  async #holderOf(
    stored: StoredSession,
    pid: string,
    by: ConnectionId,
  ): Promise<ConnectionId | "nobody" | "left"> {
    if (stored.state === "ended") return "nobody";
    const { connectionId: holder } = stored;
    // After a crash in the middle of it, the restoring begins again.
    if (stored.state === "restoring" && holder === by) return "nobody";
    const connection = await this.ports.store.load(holder);
    if (stored.state === "restoring") return connection ? holder : "nobody";
    return connection?.sockets.get(this.namespace)?.pid === pid ? holder : "left";
  }

  async #readMissed(rooms: readonly Room[], seen: Offset): Promise<LoggedPacket[]> {
    const logs = await Promise.all(
      [undefined, ...rooms].map((room) => this.ports.log.since(this.namespace, room, seen.text)),
    );
    const ends = new Map(logs.flatMap((log) => [...log.ends]));
    const missed = new Map<string, LoggedPacket>();
    const forgotten = offsetAt(Date.now() - this.limits.keepMs);
    const own = new Set(rooms);
    for (const packet of logs.flatMap((log) => log.packets)) {
      const { offset, except } = packet;
      if (offset < forgotten || except.some((room) => own.has(room))) continue;
      if (wasMissed(offset, seen, ends.get(seen.text))) missed.set(offset, packet);
    }
    return [...missed.values()].sort((a, b) => (a.offset < b.offset ? -1 : 1));
  }
}

/**
 * Whether a packet came after the last that the client has seen. What began before that one had been
 * sent to everyone was under way together with it, and has come before it, or the connection broke
 * between the two: a moment too short to tell.
 */
function wasMissed(text: string, seen: Offset, seenEnded = seen.time): boolean {
  const offset = parseOffset(text);
  return offset !== undefined && text > seen.text && offset.time >= seenEnded;
}

/** How long after its client was lost a connection may be found to be gone: the idle timeout, and more. */
const DETECTION_MS = 15 * 60 * 1000;
const MAX_KEEP_MS = 24 * 60 * 60 * 1000;

/** For a namespace of an application that has connection state recovery on. */
export function createRecovery(
  { name, server }: AdapterNamespace,
  ports: RecoveryPorts,
): SessionRecovery | undefined {
  const options = server.opts.connectionStateRecovery;
  if (!options) return undefined;
  const maxAwayMs = options.maxDisconnectionDuration;
  const keepMs = Math.min(maxAwayMs + DETECTION_MS, MAX_KEEP_MS);
  return new SessionRecovery(name, ports, { maxAwayMs, keepMs });
}
