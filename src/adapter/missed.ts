import { defined } from "../defined";
import type { Hearing, LoggedPacket, PacketLog, Room } from "../ports";
import { latestOffset, type Offset, offsetAt, parseOffset } from "../wire/offset";
import { type FormerRooms, isExcepted, joinedAt } from "./hearings";

/** What one return may be sent from the log. */
export interface MissedLimits {
  readonly packets: number;
  readonly bytes: number;
  /** Returns in a row that are sent what an earlier one has been sent. */
  readonly repeats: number;
}

export interface MissedQuery {
  readonly namespace: string;
  readonly rooms: readonly Room[];
  readonly former: FormerRooms;
  readonly hearing: Hearing;
  /** What the client says that it has seen last; it may say anything. */
  readonly seen: Offset;
  /** When it began to become a member of the rooms: later orders may not have been read, and find the member. */
  readonly enteredAt: string;
  /** How long packets are kept. */
  readonly keepMs: number;
  readonly limits: MissedLimits;
}

export interface Missed {
  /** Oldest first. */
  readonly packets: readonly LoggedPacket[];
  /** What the session can have heard when it has been sent these. */
  readonly hearing: Hearing;
}

/** Logs that are read at a time. */
const CONCURRENCY = 20;
/** For each packet that may be sent, so many may be read: what a client has sent itself is in the log, too. */
const READS_PER_PACKET = 10;

/**
 * Reads what a session has missed: after the offset that its client names and never more than it can have heard.
 * `undefined` if that is too much, was sent too often, or cannot be told; it is a new session then.
 */
export async function readMissed(log: PacketLog, query: MissedQuery): Promise<Missed | undefined> {
  const { namespace, rooms, former, hearing, seen, enteredAt, limits } = query;
  const reading = new Reading(query);
  const logs = [undefined, ...rooms];
  for (let start = 0; start < logs.length; start += CONCURRENCY) {
    await Promise.all(
      logs.slice(start, start + CONCURRENCY).map(async (room) => {
        for await (const page of log.since(namespace, room, reading.from(room))) {
          reading.take(room, page.packets, page.ends);
          if (reading.isTooMuch) return;
        }
      }),
    );
    if (reading.isTooMuch) return undefined;
  }
  const packets = reading.missed();
  if (!packets) return undefined;
  const { resentUntil = "" } = hearing;
  const isAgain = packets.some(({ offset }) => offset <= resentUntil);
  const repeats = isAgain ? (hearing.repeats ?? 0) + 1 : 0;
  if (repeats > limits.repeats) return undefined;
  const last = packets.at(-1)?.offset ?? "";
  return {
    packets,
    hearing: {
      ...hearing,
      // A client may name a moment that is still to come, and orders are read from here.
      after: latestOffset(hearing.after, earlier(seen.text, enteredAt)),
      repeats,
      ...(former.size > 0 ? { left: enteredAt } : {}),
      ...defined({ resentUntil: latestOffset(resentUntil, last) || undefined }),
    },
  };
}

/** Logs as they are being read. */
class Reading {
  readonly #after: string;
  readonly #ends = new Map<string, number>();
  readonly #found = new Map<string, LoggedPacket>();
  #bytes = 0;
  #readPackets = 0;
  #readBytes = 0;

  constructor(private readonly query: MissedQuery) {
    const { hearing, seen, keepMs } = query;
    this.#after = latestOffset(hearing.after, seen.text, offsetAt(Date.now() - keepMs));
  }

  /** Where to begin in the log of a room, or in that of what went to everyone. */
  from(room: Room | undefined): string {
    if (room === undefined) return this.#after;
    return latestOffset(this.#after, joinedAt(this.query.hearing, room));
  }

  get isTooMuch(): boolean {
    const { packets, bytes } = this.query.limits;
    return (
      this.#found.size > packets ||
      this.#bytes > bytes ||
      this.#readPackets > packets * READS_PER_PACKET ||
      this.#readBytes > bytes * READS_PER_PACKET
    );
  }

  take(
    room: Room | undefined,
    packets: readonly LoggedPacket[],
    ends: ReadonlyMap<string, number>,
  ): void {
    for (const [offset, at] of ends) this.#ends.set(offset, at);
    for (const packet of packets) {
      const bytes = packet.encoded.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
      this.#readPackets++;
      this.#readBytes += bytes;
      if (this.#found.has(packet.offset) || !this.#hears(room, packet)) continue;
      this.#found.set(packet.offset, packet);
      this.#bytes += bytes;
    }
  }

  /** `undefined` if one of them may have been withheld from the session because of a room that it has left. */
  missed(): LoggedPacket[] | undefined {
    const { hearing, seen } = this.query;
    const { left = "" } = hearing;
    const missed = [...this.#found.values()].filter(({ offset }) =>
      wasMissed(offset, seen, this.#ends.get(seen.text)),
    );
    if (missed.some(({ offset, except }) => offset < left && except.length > 0)) return undefined;
    return missed.sort((a, b) => (a.offset < b.offset ? -1 : 1));
  }

  #hears(room: Room | undefined, packet: LoggedPacket): boolean {
    const { offset } = packet;
    const { hearing, former } = this.query;
    const { until, deaf } = hearing;
    if (offset <= this.from(room)) return false;
    if (until !== undefined && offset >= offsetAt(until * 1000)) return false;
    if (deaf && offset >= deaf[0] && offset <= deaf[1]) return false;
    return !isExcepted(hearing, former, packet);
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

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
