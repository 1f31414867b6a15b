import type { MemoryEntries, MemoryReference } from "../ports";
import type { Born } from "./born";
import { Decoder } from "./decode";
import { orElse } from "./decode-collections";
import { LOST } from "./fill";
import { type Entry, type Node, newEntry } from "./nodes";
import type { Heap } from "./runtime";
import type { Closure, Scope } from "./scopes";
import type { Shared } from "./shared";
import type { Sockets } from "./sockets";

type Values = Readonly<Record<string, Node>>;

/** Puts back what was stored: first frames without values, then values, which may hold closures of any frame. */
export class Restoring {
  readonly #decoder: Decoder;
  readonly #waiting: (readonly [Scope, Values])[] = [];
  readonly #again: (() => void)[] = [];

  constructor(
    private readonly heap: Heap,
    born: Born,
    shared: Shared,
    private readonly sockets: Sockets,
    private readonly entries: MemoryEntries,
  ) {
    const resolve = (reference: MemoryReference) => heap.host.resolve(reference);
    this.#decoder = new Decoder(heap, born, {
      text: (id) => entries.get(id),
      part: (reference, name) => sockets.part(reference, name, resolve),
      shared: (object, id) => shared.set(object, id),
      frame: (scope, values) => void this.#waiting.push([scope, values]),
    });
  }

  run(): void {
    this.#dropTimers();
    this.#makeFrames();
    this.#nameUnknown();
    for (const scope of this.heap.modules.values()) this.#fillModule(scope);
    for (const owner of this.heap.closures.loaded) this.#fillOwn(owner);
    this.#fillRest();
  }

  /** What belongs to one connection: of modules there is nothing to put back. */
  runPart(): void {
    this.#makeFrames();
    this.#fillRest();
  }

  #makeFrames(): void {
    for (const id of this.entries.keys()) {
      if (id.startsWith("f:")) this.#decoder.frame(id.slice(2));
    }
  }

  #fillRest(): void {
    this.#fillFrames();
    for (const [id, text] of this.entries) {
      if (id.startsWith("s:")) this.sockets.restore(id.slice(2), text, this.#decoder);
      if (id.startsWith("d:")) this.sockets.restoreData(id.slice(2), text, this.#decoder);
      if (id.startsWith("g:"))
        this.sockets.restoreDeparted(id.slice(2), text, this.#decoder, this.heap.host);
      if (id.startsWith("t:")) this.#putTimer(id.slice(2), text);
    }
    this.#fillFrames();
    for (const again of this.#again) again();
  }

  /** A timer of the evaluation was cleared or has fired, if it was known and is not stored; else this version has added it. */
  #dropTimers(): void {
    const meta = this.entries.get("meta");
    for (const id of meta ? (JSON.parse(meta) as string[]) : []) {
      this.heap.evaluatedTimers.add(id);
      this.heap.timers.waiting.delete(id);
    }
  }

  /** Variables that an older version has stored. */
  #nameUnknown(): void {
    for (const id of this.entries.keys()) {
      const [, place, path] = /^v:([^|^]+)\|([^^]+)$/.exec(id) ?? [];
      if (place === undefined || path === undefined) continue;
      const module = this.heap.modules.get(place);
      // What of it is lost was named when it was loaded too late.
      if (!module || module.variables.some(({ name }) => name === path)) continue;
      this.heap.host.lost({ path, place, reason: "this version has no variable of that name" });
    }
  }

  #fillModule(scope: Scope): void {
    for (const [place, { name, hash, isForeign }] of scope.variables.entries()) {
      const text = isForeign ? undefined : this.entries.get(`v:${scope.key}|${name}`);
      if (text === undefined) continue;
      const [before, node] = JSON.parse(text) as [string, Node];
      if (before !== hash) {
        const reason = "its first value in the source has changed, so it starts anew";
        this.heap.host.lost({ path: name, place: `${scope.key}`, reason });
        continue;
      }
      this.#put(node, newEntry(), (value) => scope.access(place, true, value));
    }
  }

  /** @param set gives the value its place; without, it has none in this version */
  #put(node: Node, entry: Entry, set: ((value: unknown) => void) | undefined): void {
    const value = this.#decoder.value(node, entry);
    if (value === LOST || !set) return;
    set(value);
    // The initializer of a field may count instances that are made again.
    if (typeof value !== "object" && typeof value !== "function")
      this.#again.push(() => set(value));
  }

  #fillFrames(): void {
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) {
      const [scope, values] = next;
      const places = new Map(scope.variables.map(({ name }, place) => [name, place]));
      const entry = newEntry();
      for (const [name, node] of Object.entries(values)) {
        const place = places.get(name);
        const isThere = place !== undefined;
        this.#put(node, entry, isThere ? (value) => scope.access(place, true, value) : undefined);
      }
    }
  }

  /** What a function or class has as its own. */
  #fillOwn(owner: Closure): void {
    const origin = this.heap.closures.origins.get(owner);
    const record = this.heap.closures.classes.get(owner);
    const id = `k:${origin?.scope.key}|${origin?.id}#${origin?.number}`;
    const text = this.entries.get(id);
    if (!text) return;
    const [own, hidden] = JSON.parse(text) as [Values, readonly Node[]];
    for (const name of Object.keys(owner)) {
      if (!Object.hasOwn(own, name)) Reflect.deleteProperty(owner, name);
    }
    const entry = newEntry();
    for (const [name, node] of Object.entries(own)) {
      this.#put(node, entry, (value) => void Reflect.set(owner, name, value));
    }
    for (const [place, node] of hidden.entries()) {
      this.#put(node, entry, (value) => void record?.openStatic?.(place, true, value, owner));
    }
  }

  #putTimer(id: string, text: string): void {
    const [due, delay, repeats, order, owner, fn, args] = JSON.parse(text) as [
      ...[due: number, delay: number, repeats: number, order: number],
      ...[owner: string | 0, fn: Node, args: readonly Node[]],
    ];
    const entry = newEntry();
    const given = args.map((one) => orElse(this.#decoder.value(one, entry), undefined));
    const made = this.#decoder.value(fn, entry);
    if (typeof made !== "function") return;
    this.heap.timers.put(id, {
      ...{ due, delay, order, repeats: repeats === 1, owner: owner || undefined },
      fn: made as (...args: unknown[]) => unknown,
      args: given,
    });
  }
}
