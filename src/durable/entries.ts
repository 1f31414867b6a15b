import type { Scope } from "./scopes";

const ENTRIES = 2 ** 20;

/** Objects that several entries hold, by ids that they keep. */
export interface SharedObjects {
  has(value: object): boolean;
  idOf(value: object): string;
  add(value: object): void;
}

/** How the values of an entry are written. */
export interface Texts {
  object(value: object): string;
  frame(scope: Scope): void;
}

/**
 * The texts of one snapshot, by id, and which object stands in which of them. An object that two entries hold becomes an
 * entry of its own, so that it stays one object.
 */
export class Entries {
  readonly texts = new Map<string, string>();
  /** Frames that are reached. */
  readonly frames = new Set<Scope>();
  /** Whether an object was met in a second entry: all has to be written again. */
  #isShared = false;
  #seen = new Map<object, number>();
  #waiting: object[] = [];
  #entry = 0;
  #entries = 0;
  #index = 0;
  #root: object | undefined;
  #id = "";

  constructor(private readonly shared: SharedObjects) {}

  /** Writes entries, and what they share, until no object is found to be shared that was not known to be. */
  run(texts: Texts, write: () => void): void {
    do {
      this.#isShared = false;
      this.texts.clear();
      this.frames.clear();
      this.#seen = new Map();
      this.#waiting = [];
      write();
      this.#drain(texts);
    } while (this.#isShared);
  }

  #drain(texts: Texts): void {
    const written = new Set<Scope>();
    do {
      for (let one = this.#waiting.pop(); one; one = this.#waiting.pop()) {
        const object = one;
        const id = `o:${this.shared.idOf(object)}`;
        if (!this.texts.has(id)) this.write(id, () => texts.object(object), object);
      }
      for (const scope of this.frames) {
        if (written.has(scope)) continue;
        written.add(scope);
        texts.frame(scope);
      }
    } while (this.#waiting.length > 0 || written.size < this.frames.size);
  }

  /**
   * Writes an entry, also in the middle of another one.
   *
   * @param text undefined if there is nothing to store
   * @param root an object that this entry is about, though others share it
   */
  write(id: string, text: () => string | undefined, root?: object): void {
    const before = [this.#entry, this.#index, this.#root, this.#id] as const;
    this.#entry = ++this.#entries;
    // Its id is taken, whatever is written inside of it.
    this.texts.set(id, "");
    this.#index = 0;
    this.#root = root;
    this.#id = id;
    const written = text();
    if (written === undefined) this.texts.delete(id);
    else this.texts.set(id, written);
    [this.#entry, this.#index, this.#root, this.#id] = before;
  }

  /** Whether an object has an entry of its own, since several hold it. */
  isShared(value: object): boolean {
    return this.shared.has(value);
  }

  /** The object that the present entry is about. */
  isRoot(value: object): boolean {
    return value === this.#root;
  }

  /** How the present entry refers to an object that it, or another one, holds already. */
  refer(value: object): string | undefined {
    const seen = this.#seen.get(value);
    if (seen !== undefined) {
      if (Math.floor(seen / ENTRIES) === this.#entry) return `["^",${seen % ENTRIES}]`;
      if (!this.shared.has(value)) {
        this.shared.add(value);
        this.#isShared = true;
        // What it holds stands in the other entry still, until all is written again.
        return "null";
      }
    }
    if (value === this.#root || !this.shared.has(value)) return undefined;
    this.#waiting.push(value);
    return `["@",${JSON.stringify(this.shared.idOf(value))}]`;
  }

  /** Notes that an object stands in the present entry; the decoder counts in the same order. */
  note(value: object): void {
    this.#seen.set(value, this.#entry * ENTRIES + this.#index++);
  }

  /** What the ids of the pieces of a large object begin with. */
  get piecePrefix(): string {
    return `${this.#id}^${this.#index}.`;
  }

  /**
   * A frame is stored where something reaches it, and so are those around it.
   *
   * @param isElsewhere whether a frame, with those around it, is not for these entries
   */
  reach(scope: Scope, isElsewhere: (scope: Scope) => boolean): void {
    for (let at: Scope | undefined = scope; at?.parent; at = at.parent) {
      if (this.frames.has(at) || isElsewhere(at)) return;
      this.frames.add(at);
    }
  }
}
