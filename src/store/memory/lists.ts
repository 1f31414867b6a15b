/** How many values one page of a list holds. */
const PAGE = 1000;

/** As long as keys of the table may be, so that applications meet the same limits. */
const MAX_LIST_BYTES = 2047;
const MAX_PLACE_BYTES = 1024;

/** Values by the name of a list and a place in it. Reads are in the order of the places, whatever the writes were. */
export class Lists<Value> {
  readonly #lists = new Map<string, Map<string, Value>>();

  /** Of all lists together. */
  get size(): number {
    return [...this.#lists.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Of all lists, in any order. */
  all(): Value[] {
    return [...this.#lists.values()].flatMap((list) => [...list.values()]);
  }

  /** How many values of all lists are so. */
  countIf(isMeant: (value: Value) => boolean): number {
    return this.all().filter(isMeant).length;
  }

  sizeOf(list: string): number {
    return this.#lists.get(list)?.size ?? 0;
  }

  get(list: string, place: string): Value | undefined {
    return this.#lists.get(list)?.get(place);
  }

  /** @throws RangeError for names that no key of the table would hold */
  set(list: string, place: string, value: Value): void {
    checkName(list, MAX_LIST_BYTES);
    checkName(place, MAX_PLACE_BYTES);
    const values = this.#lists.get(list) ?? new Map<string, Value>();
    this.#lists.set(list, values.set(place, value));
  }

  /** `false` if it was not there. */
  delete(list: string, place: string): boolean {
    const values = this.#lists.get(list);
    const isDeleted = values?.delete(place) ?? false;
    if (values?.size === 0) this.#lists.delete(list);
    return isDeleted;
  }

  /** Those behind a place, at most so many. */
  read(list: string, after: string | undefined, limit: number): [place: string, value: Value][] {
    return [...(this.#lists.get(list) ?? [])]
      .filter(([place]) => after === undefined || place > after)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .slice(0, limit);
  }

  /** All of a list, page by page: what is written behind the last page is still seen. */
  async *pages(list: string, after?: string): AsyncIterable<[place: string, value: Value][]> {
    let last = after;
    for (;;) {
      // As a request would, a page comes later than it is asked for.
      await undefined;
      const page = this.read(list, last, PAGE);
      if (page.length > 0) yield page;
      if (page.length < PAGE) return;
      last = page.at(-1)?.[0];
    }
  }
}

function checkName(name: string, most: number): void {
  const bytes = Buffer.byteLength(name);
  if (bytes <= most) return;
  throw new RangeError(`Cannot store: expected a name of at most ${most} bytes, got ${bytes}`);
}
