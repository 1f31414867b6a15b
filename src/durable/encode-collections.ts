import type { Entries } from "./entries";

/** A list or collection of more entries is stored in pieces, so that a change writes one of them. */
const LARGE = 128;
const PIECE = 64;
/** A piece of a Map or an object ends where the hash of a key says so: what comes or goes moves no other piece. */
const CUT = 32;

type Encode = (value: unknown) => string;

export function arrayText(entries: Entries, value: ArrayLike<unknown>, encode: Encode): string {
  const list = Array.from(value);
  for (let at = 0; at < list.length; at++) {
    if (at in value) continue;
    return items("a", list.keys(), (index) => (index in value ? encode(list[index]) : '["h"]'));
  }
  return listText(entries, "a", list, encode);
}

export function listText(
  entries: Entries,
  tag: "a" | "s",
  list: readonly unknown[],
  encode: Encode,
): string {
  if (list.length <= LARGE) return items(tag, list, encode);
  const prefix = entries.piecePrefix;
  const ids: string[] = [];
  for (let at = 0; at < list.length; at += PIECE) {
    ids.push(JSON.stringify(prefix + at));
    entries.write(prefix + at, () => items("a", list.slice(at, at + PIECE), encode));
  }
  return `["${tag}+",${ids.join()}]`;
}

function items<T>(tag: string, list: Iterable<T>, encode: (one: T) => string): string {
  let text = `["${tag}"`;
  for (const one of list) text += `,${encode(one)}`;
  return `${text}]`;
}

export function mapText(entries: Entries, map: Map<unknown, unknown>, encode: Encode): string {
  // Not by methods that a class of the application may have of its own: they may count, or move what is asked for.
  const keys = [...Map.prototype.keys.call(map)];
  const get = (key: unknown) => Map.prototype.get.call(map, key);
  const some = (part: readonly unknown[]) =>
    items("m", part, (key) => `${encode(key)},${encode(get(key))}`);
  const areTexts = () => keys.every((key) => typeof key === "string" || typeof key === "number");
  if (keys.length <= LARGE || !areTexts()) return some(keys);
  return pieces(entries, "m", keys, some);
}

/** @param encode writes some of the properties */
export function namedText(
  entries: Entries,
  names: readonly string[],
  encode: (names: readonly string[]) => string,
): string {
  return names.length > LARGE ? pieces(entries, "o", names, encode) : encode(names);
}

function pieces<K>(
  entries: Entries,
  tag: string,
  keys: readonly K[],
  encode: (keys: readonly K[]) => string,
): string {
  const prefix = entries.piecePrefix;
  const ids: string[] = [];
  let piece: K[] = [];
  let name = "";
  const end = () => {
    const some = piece;
    // Two keys of one hash begin two pieces.
    while (entries.texts.has(prefix + name)) name += "_";
    ids.push(JSON.stringify(prefix + name));
    entries.write(prefix + name, () => encode(some));
    piece = [];
  };
  for (const key of keys) {
    const hash = hashOf(String(key));
    if (piece.length > 0 && hash % CUT === 0) end();
    if (piece.length === 0) name = hash.toString(36);
    piece.push(key);
  }
  end();
  return `["${tag}+",${ids.join()}]`;
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}
