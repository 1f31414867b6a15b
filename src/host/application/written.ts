import { logError } from "../../log";
import { MAX_ENTRY_BYTES } from "../../ports";
import type { ResidentConnection } from "./connection";
import { connectionId, handshakeId, writeConnection, writeHandshake } from "./entries";

/** Connections as entries of what is stored. */
export interface Written {
  readonly set: Map<string, string>;
  readonly removed: string[];
  /** What each connection that changed is written as. */
  readonly texts: ReadonlyMap<ResidentConnection, string>;
}

/** Writes down the connections that have changed, and says which entries go with those that have ended. */
export function writeChanged(
  changed: Iterable<ResidentConnection>,
  ended: readonly ResidentConnection[],
): Written {
  const set = new Map<string, string>();
  const removed: string[] = [];
  for (const { live, text } of ended) {
    const { id } = live.record;
    // One that came and went in this batch was never stored.
    if (text !== undefined) removed.push(connectionId(id), handshakeId(id));
  }
  const texts = new Map<ResidentConnection, string>();
  for (const resident of changed) {
    if (ended.includes(resident)) continue;
    const { record } = resident.live;
    const text = writeConnection(resident.live);
    if (text === resident.text) continue;
    if (resident.text === undefined)
      set.set(handshakeId(record.id), writeHandshake(record.handshake));
    set.set(connectionId(record.id), text);
    texts.set(resident, text);
  }
  return { set, removed, texts };
}

/** Logs an entry that is too large for an item, which is then left as it was. */
export function isStorable([id, text]: readonly [string, string]): boolean {
  const bytes = text.length > MAX_ENTRY_BYTES / 3 ? Buffer.byteLength(text) : 0;
  if (bytes <= MAX_ENTRY_BYTES) return true;
  const error = new RangeError(`Expected at most ${MAX_ENTRY_BYTES} bytes, got ${bytes}`);
  logError(`Cannot keep ${id}: another container will have what it was before`, error);
  return false;
}
