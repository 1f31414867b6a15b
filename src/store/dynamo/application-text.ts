import { randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Item } from "./item";
import { applicationPartKey, type Key } from "./keys";

/**
 * A text as attributes of an item. `t`: the text or, of a long one, its bytes deflated, since a write costs 1 WRU for
 * each KB. What no item can hold is cut into items of its own, which are written first: `x` names them, `y` says how many.
 */

/** Below that, deflating costs more time than it saves. */
const DEFLATE_FROM = 1024;
/** An item has 400 KB at most, its other attributes included. */
const MAX_PART_BYTES = 350_000;

export interface Packed {
  readonly attributes: Item;
  readonly parts: readonly Item[];
}

export function pack(text: string): Packed {
  if (text.length < DEFLATE_FROM) return { attributes: { t: text }, parts: [] };
  const bytes = deflateRawSync(text, { level: 1 });
  if (bytes.length <= MAX_PART_BYTES) return { attributes: { t: bytes }, parts: [] };
  const x = `${Date.now().toString(36)}.${randomBytes(9).toString("base64url")}`;
  const parts: Item[] = [];
  for (let start = 0; start < bytes.length; start += MAX_PART_BYTES) {
    const t = bytes.subarray(start, start + MAX_PART_BYTES);
    parts.push({ ...applicationPartKey(x, parts.length), t });
  }
  return { attributes: { x, y: parts.length }, parts };
}

/** @param parts bytes by sort key. @throws Error if one is missing */
export function unpack({ t, x, y }: Item, parts: ReadonlyMap<string, Uint8Array>): string {
  if (typeof t === "string") return t;
  if (t !== undefined) return inflateRawSync(t as Uint8Array).toString();
  const bytes = partKeys(x as string, y as number).map(({ s }) => {
    const part = parts.get(s);
    if (part) return part;
    throw new Error(`Cannot restore the application: expected the part ${s}, got nothing`);
  });
  return inflateRawSync(Buffer.concat(bytes)).toString();
}

export function partKeys(name: string, count: number): Key[] {
  return Array.from({ length: count }, (_, place) => applicationPartKey(name, place));
}
