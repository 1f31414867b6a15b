import type { ApplicationStore, StoredApplication } from "../../ports";
import { ApplicationEntries } from "./application-entries";
import { DynamoApplicationLog } from "./application-log";
import { unpack } from "./application-text";
import type { Item } from "./item";
import { applicationCommits, applicationEntryPartitions, applicationParts } from "./keys";
import type { Table } from "./table";

/** A commit as it is read: `[set, removed]`. */
export type CommitText = readonly [readonly (readonly [string, string])[], readonly string[]];

interface Commit {
  readonly version: number;
  /** Commits up to this version are in the entries. */
  readonly base: number;
  readonly messages: readonly string[];
  readonly item: Item;
}

/** Containers that commit meanwhile make a reader begin again. */
const MAX_TRIES = 10;

/**
 * The memory of the application. A commit is one item that holds what has changed, put on condition that its place in a
 * ring has no newer one: so it is there as a whole or not at all, without a transaction. Every so many commits the
 * container writes the changed entries to items of their own, and the places of their commits are free again.
 *
 * commit: `n` version, `k` its token, `i` messages, `b` up to which version the entries have all, and its text
 * (`application-text.ts`). entry: `v` the version of which it is, `d` true if it was removed, and its text.
 */
export class DynamoApplication implements ApplicationStore {
  constructor(private readonly table: Table) {}

  async read(): Promise<StoredApplication> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const read = await this.#read();
      // Entries may be newer than the commits that were read before them.
      if (await read.log.isCurrent()) return read;
    }
    throw new Error(
      `Cannot restore the application: expected no commit meanwhile, got one at each of ${MAX_TRIES} tries`,
    );
  }

  async #read(): Promise<StoredApplication> {
    // First: what moves from the commits to the entries meanwhile is in both, and never in neither.
    const commits = (await this.#all(applicationCommits)).map(readCommit).sort(byVersion);
    const newest = commits.at(-1);
    const [items, partItems] = await Promise.all([
      Promise.all(applicationEntryPartitions().map((partition) => this.#all(partition))),
      this.#all(applicationParts),
    ]);
    const parts = new Map(partItems.map(({ s, t }) => [s as string, t as Uint8Array]));
    const stored = new ApplicationEntries(this.table, items.flat());
    const entries = new Map(stored.living.map((item) => [item.s as string, unpack(item, parts)]));
    const { version = 0, base = 0 } = newest ?? {};
    const open = commits.filter((commit) => commit.version > base);
    checkComplete(open, base, version);
    const log = new DynamoApplicationLog(this.table, stored, { version, base });
    for (const { item, version } of open) {
      const [set, removed]: CommitText = JSON.parse(unpack(item, parts));
      for (const [id, text] of set) entries.set(id, text);
      for (const id of removed) entries.delete(id);
      log.note(version, { set: new Map(set), removed }, item);
    }
    const messages = commits.flatMap((commit) => commit.messages);
    return { version, entries, messages, log };
  }

  async #all(partition: string): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of this.table.pages(partition, (item) => item)) items.push(...page);
    return items;
  }
}

function readCommit(item: Item): Commit {
  const { n, b, i } = item;
  return { version: n as number, base: b as number, messages: (i as string[]) ?? [], item };
}

const byVersion = (a: Commit, b: Commit) => a.version - b.version;

function checkComplete(open: readonly Commit[], base: number, version: number): void {
  if (open.length === version - base) return;
  throw new Error(
    `Cannot restore the application: expected the commits ${base + 1} to ${version}, got ${open.length} of them`,
  );
}
