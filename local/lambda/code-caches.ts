import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileBootstrap } from "./compile-bootstrap";

/** More than the functions of one stack. A stack that is deployed again and again leaves old ones behind. */
const MOST_KEPT = 32;

/** The last used comes last. */
const kept = new Map<string, Uint8Array>();

/**
 * V8's code cache of one bundle. All stacks of this process share it, and with `NODE_COMPILE_CACHE` those of other
 * processes: the variable names the folder of Node's own compile cache.
 * https://nodejs.org/docs/latest-v22.x/api/module.html#module-compile-cache
 */
export class CodeCache {
  readonly #key: string;
  readonly #contents: string;

  /**
   * @param file the bundle, by its absolute path
   * @param earlier of another version: used on, if the bundle is the same, although stack traces name its file then
   */
  constructor(file: string, earlier?: CodeCache) {
    this.#contents = createHash("sha256").update(readFileSync(file)).digest("hex");
    if (earlier !== undefined && earlier.#contents === this.#contents) {
      this.#key = earlier.#key;
      return;
    }
    // V8 itself only compares the lengths of sources. The bootstrap wraps the bundle, so it is part of the source. In
    // Node 20 at least, a cache also brings the name with which stack traces name the file.
    this.#key = createHash("sha256")
      .update(JSON.stringify([file, compileBootstrap(), this.#contents]))
      .digest("hex");
  }

  /** @returns undefined where no container has made one */
  read(): Uint8Array | undefined {
    const cache = kept.get(this.#key) ?? readFrom(fileOf(this.#key));
    if (cache !== undefined) keep(this.#key, cache);
    return cache;
  }

  /** Keeps the larger one: it holds more functions. */
  offer(cache: Uint8Array): void {
    if (cache.length <= (this.read()?.length ?? 0)) return;
    keep(this.#key, cache);
    write(fileOf(this.#key), cache);
  }
}

function keep(key: string, cache: Uint8Array): void {
  kept.delete(key);
  kept.set(key, cache);
  for (const [oldest] of kept) {
    if (kept.size <= MOST_KEPT) return;
    kept.delete(oldest);
  }
}

function fileOf(key: string): string | undefined {
  const folder = process.env.NODE_COMPILE_CACHE;
  return folder ? join(folder, `lambda-rooms-${process.version}-${key}`) : undefined;
}

function readFrom(file: string | undefined): Uint8Array | undefined {
  try {
    return file === undefined ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}

/** At once for those who read: another process may read, or write, the same. */
function write(file: string | undefined, cache: Uint8Array): void {
  if (file === undefined) return;
  const draft = `${file}-${randomUUID()}`;
  try {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(draft, cache);
    renameSync(draft, file);
  } catch {
    // A folder that cannot be written costs time, and nothing else.
  }
}
