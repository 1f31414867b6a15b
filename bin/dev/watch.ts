import { createHash } from "node:crypto";
import { type FSWatcher, readdirSync, readFileSync, statSync, watch } from "node:fs";
import path from "node:path";

/** An editor writes a file in several steps. */
const QUIET_MS = 25;

/** What is watched, by absolute paths. Files need not be there. */
export interface Watched {
  readonly files: readonly string[];
  /** With all that is in them. */
  readonly folders: readonly string[];
}

/** Never looked into. */
const PASSED = /^(node_modules|\.git|cdk\.out)$/;

/** Says which files have other contents than before, once it is quiet. */
export class Watch {
  readonly #changed: (files: readonly string[]) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  /** Hashes of what files hold; `undefined` for those that are not there. */
  readonly #known = new Map<string, string | undefined>();
  #folders: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #touched = new Set<string>();

  constructor(changed: (files: readonly string[]) => void) {
    this.#changed = changed;
  }

  /** Watches these, and no others any more. */
  set({ files, folders }: Watched): void {
    this.#folders = folders.filter(isFolder);
    const inside = this.#folders.flatMap(filesIn);
    const named = [...files, ...folders.filter((one) => !isFolder(one))];
    const all = new Set([...named, ...inside]);
    for (const file of all) if (!this.#known.has(file)) this.#known.set(file, hashOf(file));
    for (const file of this.#known.keys()) if (!all.has(file)) this.#known.delete(file);
    const places = new Set([
      ...named.map((file) => path.dirname(file)),
      ...this.#folders.flatMap(foldersIn),
    ]);
    for (const [place, watcher] of this.#watchers) {
      if (places.has(place)) continue;
      watcher.close();
      this.#watchers.delete(place);
    }
    for (const place of places) if (!this.#watchers.has(place)) this.#open(place);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  /** Folders and not files: many editors put a new file in the place of the old one. */
  #open(place: string): void {
    if (!isFolder(place)) return;
    const watcher = watch(place, (_, name) => name !== null && this.#touch(path.join(place, name)));
    // A folder that is deleted.
    watcher.on("error", () => watcher.close());
    this.#watchers.set(place, watcher);
  }

  #touch(file: string): void {
    const isIn = this.#folders.some((folder) => file.startsWith(folder + path.sep));
    if (!this.#known.has(file) && (!isIn || PASSED.test(path.basename(file)))) return;
    this.#touched.add(file);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), QUIET_MS);
  }

  #tell(): void {
    const touched = [...this.#touched];
    this.#touched.clear();
    const changed = touched.filter((file) => {
      const hash = hashOf(file);
      const isOther = hash !== this.#known.get(file) || isFolder(file);
      this.#known.set(file, hash);
      return isOther;
    });
    if (changed.length > 0) this.#changed(changed);
  }
}

function hashOf(file: string): string | undefined {
  try {
    return createHash("sha1").update(readFileSync(file)).digest("hex");
  } catch {
    return undefined;
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesIn(folder: string): string[] {
  return entriesIn(folder).flatMap((one) => (isFolder(one) ? filesIn(one) : [one]));
}

function foldersIn(folder: string): string[] {
  return [folder, ...entriesIn(folder).filter(isFolder).flatMap(foldersIn)];
}

function entriesIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !PASSED.test(name));
  return names.map((name) => path.join(folder, name));
}
