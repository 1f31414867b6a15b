import { describeMemory, type Kept, KINDS } from "../../src/durable/describe";
import { splitStored } from "../../src/host/application/stored-memory";
import { DynamoApplication } from "../../src/store/dynamo/application";
import type { Table } from "../../src/store/dynamo/table";
import type { State, StateQuery } from "../source";

const FRESH_MS = 1_000;
const MOST_ROWS = 500;
/** A page shows no more of one value. */
const LONGEST_VALUE = 1_000_000;

interface Read {
  readonly at: number;
  readonly version: number;
  readonly kept: readonly Kept[];
}

/** What an application with one lane keeps: as `lambda-rooms inspect`, for a page. */
export class KeptReader {
  readonly #application: DynamoApplication;
  #latest: Read | undefined;

  constructor(table: Table) {
    this.#application = new DynamoApplication(table);
  }

  async state({ kind, search, offset, limit }: StateQuery): Promise<State> {
    const { version, kept } = await this.#read();
    const wanted = search?.toLowerCase() ?? "";
    const named = kept.map((one, id) => ({ one, id }));
    const rows = named
      .filter(({ one }) => (!kind || one.kind === kind) && one.name.toLowerCase().includes(wanted))
      .sort((a, b) => placeOf(a.one) - placeOf(b.one) || b.one.bytes - a.one.bytes)
      .map(({ one: { kind: of, name, bytes, due }, id }) => ({ id, kind: of, name, bytes, due }));
    return {
      ...{ version, bytes: sum(kept), total: rows.length, offset },
      kinds: KINDS.map((one) => {
        const some = kept.filter((each) => each.kind === one);
        return { kind: one, count: some.length, bytes: sum(some) };
      }).filter(({ count }) => count > 0),
      rows: rows.slice(offset, offset + Math.min(limit, MOST_ROWS)),
    };
  }

  async value(id: number): Promise<string | undefined> {
    return (await this.#read()).kept[id]?.text.slice(0, LONGEST_VALUE);
  }

  async #read(): Promise<Read> {
    if (this.#latest && Date.now() - this.#latest.at < FRESH_MS) return this.#latest;
    const { version, entries } = await this.#application.read();
    // The ids of rows are places in this list: it keeps its order while nothing has changed.
    if (this.#latest?.version !== version) {
      const kept = describeMemory(splitStored(entries).memory);
      this.#latest = { at: Date.now(), version, kept };
    } else this.#latest = { ...this.#latest, at: Date.now() };
    return this.#latest;
  }
}

/** In the order in which a person looks for them. */
function placeOf({ kind }: Kept): number {
  return KINDS.indexOf(kind);
}

function sum(kept: readonly { readonly bytes: number }[]): number {
  return kept.reduce((total, { bytes }) => total + bytes, 0);
}
