import type { MemoryEntries } from "../ports";
import type { Node } from "./nodes";

/** What a kept thing is, in the order in which a person looks for it. */
export const KINDS = [
  ...["variable", "function", "frame", "object", "timer", "socket", "data of a socket"],
  "socket that has left",
] as const;

/** Something that the memory of an application keeps. */
export interface Kept {
  readonly kind: (typeof KINDS)[number];
  /** How the source calls it: `users in server.js`. */
  readonly name: string;
  /** Of the stored text, with its pieces. */
  readonly bytes: number;
  /** As it is stored, without its pieces: see `docs/design/memory.md`. */
  readonly text: string;
  /** Of a timer: when it is due, epoch milliseconds. */
  readonly due?: number;
}

/** Names the entries of a memory for a person who looks at it. */
export function describeMemory(entries: MemoryEntries): Kept[] {
  const all = [...entries].filter(([id]) => id !== "meta");
  const pieces = new Map<string, number>();
  for (const [id, text] of all) {
    const whole = wholeOf(id);
    if (whole !== id) pieces.set(whole, (pieces.get(whole) ?? 0) + Buffer.byteLength(text));
  }
  return all.flatMap(([id, text]) => {
    if (wholeOf(id) !== id) return [];
    const described = describe(id, text, entries);
    const bytes = Buffer.byteLength(text) + (pieces.get(id) ?? 0);
    return described ? [{ ...described, bytes, text }] : [];
  });
}

/** Of a piece, the entry that it is a part of. */
function wholeOf(id: string): string {
  return id.replace(/\^\d+\..*$/s, "");
}

function describe(
  id: string,
  text: string,
  entries: MemoryEntries,
): Omit<Kept, "bytes" | "text"> | undefined {
  const rest = id.slice(2);
  switch (id.slice(0, 2)) {
    case "v:":
      return { kind: "variable", name: placed(rest) };
    case "k:":
      return { kind: "function", name: placed(rest.replace(/#\d+$/, "")) };
    case "f:": {
      const [, label, values] = JSON.parse(text) as [string, string, object];
      return { kind: "frame", name: `${label}: ${Object.keys(values).join(", ")}` };
    }
    case "o:":
      return { kind: "object", name: rest.startsWith("L") ? placed(rest.slice(1)) : rest };
    case "t:": {
      const [due, delay, repeats, , , fn] = JSON.parse(text) as [number, number, 0 | 1, ...Node[]];
      const name = `${nameOf(fn, entries)}, ${repeats ? "every" : "after"} ${delay} ms`;
      return { kind: "timer", name, ...(due >= 0 && { due }) };
    }
    case "s:":
      return { kind: "socket", name: socketName(rest) };
    case "d:":
      return { kind: "data of a socket", name: socketName(rest) };
    case "g:":
      return { kind: "socket that has left", name: socketName(rest) };
    default:
      return undefined;
  }
}

/** `server.js|users` as a person says it. */
function placed(text: string): string {
  const [file, name] = text.split("|");
  return name === undefined ? text : `${name} in ${file}`;
}

/** What a timer calls: `["f","server.js","on:start/…",0]`, whose second is the key of a frame or a file. */
function nameOf(fn: Node | undefined, entries: MemoryEntries): string {
  if (!Array.isArray(fn)) return "a function";
  const [tag, key, id] = fn as readonly Node[];
  if (tag === "F") return `${nameOf(key as Node, entries)} (bound)`;
  if (tag !== "f") return "a method";
  const frame = entries.get(`f:${key}`);
  const around = frame ? (JSON.parse(frame) as [string, string])[1] : key;
  return `${id} in ${around}`;
}

function socketName(reference: string): string {
  const [, namespace, id] = JSON.parse(reference) as string[];
  return `${id} of ${namespace}`;
}
