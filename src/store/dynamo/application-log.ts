import { randomBytes } from "node:crypto";
import type { ApplicationChanges, ApplicationLog } from "../../ports";
import { MAX_ENTRY_BYTES } from "../../ports";
import { type ApplicationEntries, type Entry, replace } from "./application-entries";
import { pack, partKeys } from "./application-text";
import type { Item } from "./item";
import { APPLICATION_COMMITS, applicationCommitKey, type Key } from "./keys";
import type { Table } from "./table";

/** After so many commits the entries are written. It leaves half of the ring for tries that fail. */
const TIDY_AFTER = APPLICATION_COMMITS / 2;

interface Position {
  readonly version: number;
  /** Up to which version the newest commit says that the entries have all. */
  readonly base: number;
}

export class DynamoApplicationLog implements ApplicationLog {
  #version: number;
  /** Up to which version the entries have all. */
  #base: number;
  /** What has changed since. */
  readonly #changed = new Map<string, Entry>();
  /** Parts of long commits, by version. */
  readonly #parts = new Map<number, readonly Key[]>();
  /** Parts that are not needed once a commit says that the entries have all. */
  #outdated: Key[] = [];

  constructor(
    private readonly table: Table,
    private readonly entries: ApplicationEntries,
    { version, base }: Position,
  ) {
    this.#version = version;
    this.#base = base;
  }

  get version(): number {
    return this.#version;
  }

  /** Takes over a commit of another container. */
  note(version: number, changes: Pick<ApplicationChanges, "set" | "removed">, item: Item): void {
    if (item.x !== undefined)
      this.#parts.set(version, partKeys(item.x as string, item.y as number));
    this.entries.expect(changes.set.keys());
    this.#keep(version, changes);
  }

  async isCurrent(): Promise<boolean> {
    const item = await this.table.get(applicationCommitKey(this.#version + 1));
    return ((item?.n as number | undefined) ?? 0) <= this.#version;
  }

  async commit(changes: ApplicationChanges): Promise<boolean> {
    for (const [id, text] of changes.set) checkSize(id, text);
    const n = this.#version + 1;
    if (n - this.#base > APPLICATION_COMMITS) await this.#tidyNow();
    const { attributes, parts } = pack(JSON.stringify([[...changes.set], changes.removed]));
    if (parts.length > 0) await this.table.write({ put: parts });
    const k = randomBytes(6).toString("base64url");
    const commit = { n, k, b: this.#base, i: changes.messages, ...attributes };
    const condition = "attribute_not_exists(n) OR n < :n";
    const key = applicationCommitKey(n);
    const isPut = await this.table.update(key, replace(commit, ["t", "x", "y"], { condition }));
    // The first try of the SDK may have succeeded although its answer got lost.
    if (!isPut && (await this.table.get(key))?.k !== k) return false;
    this.#version = n;
    if (parts.length > 0)
      this.#parts.set(
        n,
        parts.map(({ p, s }) => ({ p, s }) as Key),
      );
    this.#keep(n, changes);
    const outdated = this.#outdated.splice(0);
    if (outdated.length > 0) await this.table.write({ remove: outdated });
    return true;
  }

  async tidy(): Promise<void> {
    if (this.#version - this.#base >= TIDY_AFTER) await this.#tidyNow();
  }

  async #tidyNow(): Promise<void> {
    const version = this.#version;
    const replaced = await this.entries.write(this.#changed);
    this.#outdated.push(...replaced);
    for (const [of, parts] of this.#parts) if (of <= version) this.#outdated.push(...parts);
    this.#parts.clear();
    this.#changed.clear();
    this.#base = version;
  }

  #keep(version: number, { set, removed }: Pick<ApplicationChanges, "set" | "removed">): void {
    for (const [id, text] of set) this.#changed.set(id, { version, text });
    for (const id of removed) this.#changed.set(id, { version, text: undefined });
  }
}

function checkSize(id: string, text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_ENTRY_BYTES) return;
  throw new RangeError(
    `Cannot store ${id}: expected at most ${MAX_ENTRY_BYTES} bytes, got ${bytes}`,
  );
}
