import type { Charts, EventFilter, Passed, Problem } from "../source";
import { type DecodedFrame, decodeFrame } from "./packet";
import { Series } from "./series";

/** What the recorder hears: see `local/traffic.ts`, of which it needs no more. */
export type Heard =
  | { readonly type: "opened"; readonly connectionId: string; readonly at: number }
  | {
      readonly type: "received";
      readonly connectionId: string;
      readonly at: number;
      readonly text: string;
    }
  | {
      readonly type: "posted";
      readonly connectionId: string;
      readonly at: number;
      readonly text: string;
      readonly status: number;
    }
  | {
      readonly type: "closed";
      readonly connectionId: string;
      readonly at: number;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: "measured"; readonly name: string; readonly values: readonly number[] };

/** Packets that are kept, and bytes of their payloads. */
const MOST_KEPT = 2_000;
const MOST_BYTES = 8_000_000;
/** Events that wait for the ack of their function. */
const MOST_ASKED = 10_000;
/** Posts of one text that come so soon after each other are one broadcast. */
const BROADCAST_MS = 250;

interface Kept extends Passed {
  readonly text: string;
  /** All to whom it went. */
  readonly sockets: Set<string>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** Gets each packet once, after it was recorded; `isMore` where only its count has changed. */
export type OnPassed = (passed: Passed, sockets: ReadonlySet<string>, isMore: boolean) => void;

/** Keeps the latest packets of a local stack in bounded memory, and counts all of them for the charts. */
export class Recorder {
  readonly #series = new Series();
  readonly #kept = new Map<number, Mutable<Kept>>();
  #bytes = 0;
  #lastId = 0;
  readonly #listeners = new Set<OnPassed>();
  /** Socket ids by connection and namespace, as clients were told them. */
  readonly #sockets = new Map<string, Map<string, string>>();
  readonly #asked = new Map<string, number>();
  /** The latest post of each text, while it may still be the same broadcast. */
  #broadcast: { readonly text: string; readonly kept: Mutable<Kept> } | undefined;

  /** Connections that are open now. */
  get connections(): number {
    return this.#sockets.size;
  }

  readonly hear = (heard: Heard): void => {
    if (heard.type === "measured") return this.#series.measure(heard.name, heard.values);
    const { connectionId, at } = heard;
    if (heard.type === "opened") {
      this.#sockets.set(connectionId, new Map());
      this.#series.gauge(at, this.#sockets.size);
      return void this.#record(heard, { kind: "opened", namespace: "", name: "" }, "in", "");
    }
    if (heard.type === "closed") {
      const name = [heard.code, heard.reason].filter((part) => part !== "").join(" ");
      this.#record(heard, { kind: "closed", namespace: "", name }, "in", "");
      this.#sockets.delete(connectionId);
      this.#series.gauge(at, this.#sockets.size);
      return;
    }
    const packet = decodeFrame(heard.text);
    if (heard.type === "received") this.#receive(heard, packet);
    else this.#post(heard, packet);
  };

  charts(minutes: number): Charts {
    return this.#series.charts(minutes, Date.now());
  }

  /** A function has logged a warning or an error: it stands between the packets, where it happened. */
  note({ at, function: connectionId, level, message, details }: Problem): void {
    const packet = { kind: level.toLowerCase(), namespace: "", name: message };
    this.#record({ connectionId, at }, packet, "out", details ?? message);
  }

  payload(id: number): string | undefined {
    return this.#kept.get(id)?.text;
  }

  /** The packets that are kept, the oldest first. */
  *latest(): Iterable<readonly [Passed, ReadonlySet<string>]> {
    for (const kept of this.#kept.values()) yield [strip(kept), kept.sockets];
  }

  listen(listener: OnPassed): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #receive(heard: Heard & { type: "received" }, packet: DecodedFrame): void {
    if (packet.kind === "ping") return;
    if (packet.kind === "event") this.#series.count("events", heard.at);
    if (packet.kind === "event" && packet.ackId !== undefined) {
      if (this.#asked.size >= MOST_ASKED) this.#asked.clear();
      this.#asked.set(askedKey(heard.connectionId, packet), heard.at);
    }
    this.#record(heard, packet, "in", heard.text);
  }

  #post(heard: Heard & { type: "posted" }, packet: DecodedFrame): void {
    const { status, at, text, connectionId } = heard;
    const isDelivered = status === 200;
    if (!isDelivered) this.#series.count("failedPosts", at);
    else this.#series.count("posts", at);
    if (packet.kind === "ping") return;
    if (packet.socketId !== undefined && packet.kind === "connect") {
      this.#sockets.get(connectionId)?.set(packet.namespace, packet.socketId);
    }
    const last = this.#broadcast;
    if (last && packet.kind === "event" && last.text === text && at - last.kept.at < BROADCAST_MS) {
      const { kept } = last;
      kept.count += 1;
      if (!isDelivered) kept.failed += 1;
      const socket = this.#socketOf(connectionId, packet.namespace);
      kept.sockets.add(socket);
      for (const listener of this.#listeners) listener(strip(kept), new Set([socket]), true);
      return;
    }
    const key = askedKey(connectionId, packet);
    const asked = packet.kind === "ack" ? this.#asked.get(key) : undefined;
    if (asked !== undefined) this.#asked.delete(key);
    const kept = this.#record(heard, packet, "out", text, {
      failed: isDelivered ? 0 : 1,
      ...(asked !== undefined && { tookMs: at - asked }),
    });
    this.#broadcast = { text, kept };
  }

  #record(
    { connectionId, at }: { readonly connectionId: string; readonly at: number },
    { kind, namespace, name }: Omit<DecodedFrame, "kind"> & { readonly kind: string },
    direction: Passed["direction"],
    text: string,
    more: Partial<Passed> = {},
  ): Mutable<Kept> {
    const socket = this.#socketOf(connectionId, namespace);
    const kept: Mutable<Kept> = {
      ...{ id: ++this.#lastId, at, direction, kind, namespace, name, connectionId, socket, text },
      ...{ bytes: Buffer.byteLength(text), count: 1, failed: 0, sockets: new Set([socket]) },
      ...more,
    };
    this.#kept.set(kept.id, kept);
    this.#bytes += kept.bytes;
    this.#forgetOld();
    for (const listener of this.#listeners) listener(strip(kept), kept.sockets, false);
    return kept;
  }

  #socketOf(connectionId: string, namespace: string): string {
    return this.#sockets.get(connectionId)?.get(namespace) ?? connectionId;
  }

  #forgetOld(): void {
    for (const [id, { bytes }] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && this.#bytes <= MOST_BYTES) return;
      this.#kept.delete(id);
      this.#bytes -= bytes;
    }
  }
}

/** Whether a packet passes a filter. @param members of the room that the filter names, now */
export function passes(
  passed: Passed,
  sockets: ReadonlySet<string>,
  filter: EventFilter,
  members: ReadonlySet<string> | undefined,
): boolean {
  const { namespace, event, socket, direction, room } = filter;
  if (namespace && passed.namespace !== namespace) return false;
  if (direction && passed.direction !== direction) return false;
  if (event && !passed.name.toLowerCase().includes(event.toLowerCase())) return false;
  if (socket && !sockets.has(socket) && passed.connectionId !== socket) return false;
  if (room !== undefined && room !== "" && !isToMember(sockets, members)) return false;
  return true;
}

function isToMember(sockets: ReadonlySet<string>, members: ReadonlySet<string> | undefined) {
  for (const socket of sockets) if (members?.has(socket)) return true;
  return false;
}

function askedKey(connectionId: string, { namespace, ackId }: DecodedFrame): string {
  return `${connectionId} ${namespace} ${ackId}`;
}

function strip({ text: _, sockets: __, ...passed }: Kept): Passed {
  return passed;
}
