import { pack, partKeys } from "./application-text";
import { expiryIn, type Item } from "./item";
import { applicationEntryKey, type Key } from "./keys";
import type { Table } from "./table";

/** How many entries are written at a time. */
const CONCURRENCY = 20;
/** How long it is known that an entry was removed: longer than any container could still write what it was. */
const REMOVED_MS = 24 * 60 * 60 * 1000;

/** An entry as a commit has left it; without text it was removed. */
export interface Entry {
  readonly version: number;
  readonly text: string | undefined;
}

/** Entries in items of their own. Each write is conditional on its version, so that no late one brings back an old text. */
export class ApplicationEntries {
  /** Those that are there, or may be, with the parts of their texts. */
  readonly #known: Map<string, readonly Key[]>;
  /** As they were read, without those that were removed. */
  readonly living: readonly Item[];

  constructor(
    private readonly table: Table,
    items: readonly Item[],
  ) {
    this.living = items.filter(({ d }) => d !== true);
    this.#known = new Map(this.living.map((item) => [item.s as string, partsOf(item)]));
  }

  /** Another container may have begun to write these. */
  expect(ids: Iterable<string>): void {
    for (const id of ids) if (!this.#known.has(id)) this.#known.set(id, []);
  }

  /** @returns parts that no entry needs any more */
  async write(entries: ReadonlyMap<string, Entry>): Promise<readonly Key[]> {
    const all = [...entries];
    const outdated: Key[] = [];
    for (let start = 0; start < all.length; start += CONCURRENCY) {
      const some = all.slice(start, start + CONCURRENCY);
      const replaced = await Promise.all(some.map(([id, entry]) => this.#write(id, entry)));
      outdated.push(...replaced.flat());
    }
    return outdated;
  }

  async #write(id: string, { version, text }: Entry): Promise<readonly Key[]> {
    const before = this.#known.get(id);
    // It came and went between two writes of the entries.
    if (text === undefined && before === undefined) return [];
    const { attributes, parts } =
      text === undefined
        ? { attributes: { d: true, e: expiryIn(REMOVED_MS) }, parts: [] }
        : pack(text);
    if (parts.length > 0) await this.table.write({ put: parts });
    const isWritten = await this.table.update(
      applicationEntryKey(id),
      replace({ v: version, ...attributes }, ["t", "x", "y", "d", "e"], {
        condition: "attribute_not_exists(v) OR v < :v",
      }),
    );
    if (text === undefined) this.#known.delete(id);
    else
      this.#known.set(
        id,
        parts.map(({ p, s }) => ({ p, s }) as Key),
      );
    // A try whose answer got lost has written it, or another container something newer: then its parts stay.
    return isWritten && before ? before : [];
  }
}

function partsOf({ x, y }: Item): readonly Key[] {
  return x === undefined ? [] : partKeys(x as string, y as number);
}

/** An update that leaves an item with these attributes, and without those of `all` that are not among them. */
export function replace(
  attributes: Item,
  all: readonly string[],
  { condition }: { readonly condition: string },
): Item {
  const names = Object.keys(attributes);
  const removed = all.filter((name) => !names.includes(name));
  return {
    UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}${
      removed.length > 0 ? ` REMOVE ${removed.map((name) => `#${name}`).join(", ")}` : ""
    }`,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(
      [...names, ...removed].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: Object.fromEntries(
      names.map((name) => [`:${name}`, attributes[name]]),
    ),
    ReturnValues: "NONE",
  };
}
