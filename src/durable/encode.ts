import type { EventEmitter } from "node:events";
import type { Born } from "./born";
import { arrayText, listText, mapText, namedText } from "./encode-collections";
import { Entries } from "./entries";
import { hiddenNames } from "./hidden";
import { saysAll } from "./json";
import { baseOf, type Kind, kindOf, listenersOf } from "./kinds";
import { leafText, listenerText, numberText, reasonFor, stringText, viewText } from "./leaves";
import { FOREIGN, type Ownership } from "./ownership";
import type { Reports } from "./reports";
import type { Heap } from "./runtime";
import type { Closure, Scope } from "./scopes";
import type { Shared } from "./shared";
import { MemoryTimer } from "./timers";
import { classOf, get, openField, ownNames, recordsOf } from "./walk";

/** Writes values down. */
export class Encoder {
  readonly entries: Entries;
  /** Functions whose properties are being written: `helper.default = helper`. */
  readonly #inside = new Set<Closure>();

  /**
   * @param parts texts of objects that a host keeps
   * @param ownership of what is written
   */
  constructor(
    private readonly heap: Heap,
    private readonly born: Born,
    shared: Shared,
    private readonly parts: ReadonlyMap<object, string>,
    private readonly reports: Reports,
    private readonly ownership: Ownership,
  ) {
    this.entries = new Entries({
      has: (value) => shared.has(value),
      idOf: (value) => shared.idOf(value),
      add: (value) => shared.add(value, born.pathOf(value)),
    });
  }

  /** Writes all that is reached from what is written. */
  run(write: () => void): void {
    const object = (value: object) => this.value(value);
    this.entries.run({ object, frame: (scope) => this.#frame(scope) }, write);
  }

  readonly value = (value: unknown): string => {
    switch (typeof value) {
      case "string":
        return stringText(value);
      case "number":
        return numberText(value);
      case "boolean":
        return value ? "true" : "false";
      case "undefined":
        return '["u"]';
      case "bigint":
        return `["b","${value}"]`;
      case "function":
        return this.#function(value);
      case "symbol":
        return this.#symbol(value);
      default:
        return value === null ? "null" : this.#object(value as object);
    }
  };

  #symbol(value: symbol): string {
    const key = Symbol.keyFor(value);
    if (key !== undefined) return `["y",${stringText(key)}]`;
    return this.#lose(value, "a symbol that only its own container knows: use Symbol.for(…)");
  }

  #lose(value: unknown, reason: string): string {
    this.reports.lost(value, reason);
    return '["x"]';
  }

  #object(value: object): string {
    const known = this.parts.get(value) ?? this.ownership.refer(value) ?? this.entries.refer(value);
    if (known !== undefined) return known;
    const kind = kindOf(value);
    return (kind === "instance" && this.#reference(value)) || this.#own(value, kind);
  }

  /** What is not the application's. */
  #reference(value: object): string | undefined {
    if (value === globalThis) return '["G"]';
    if (value instanceof MemoryTimer) {
      this.reports.held(value);
      return `["t",${stringText(value.id)}]`;
    }
    const reference = this.heap.host.referenceTo(value);
    if (reference === undefined) return undefined;
    if (this.ownership.isForeign(value)) return this.#lose(value, FOREIGN);
    this.reports.referred(value, reference);
    return `["r",${stringText(reference)}]`;
  }

  #own(value: object, kind: Kind): string {
    const maker = kind === "instance" ? classOf(value, this.heap.closures) : undefined;
    const path = this.born.pathOf(value);
    if (kind === "instance" && !maker) {
      if (path === undefined) return this.#lose(value, reasonFor(value));
      this.reports.born(value);
      return `["l",${stringText(path)}]`;
    }
    this.entries.note(value);
    const shown = maker ? this.#instance(value, maker) : this.#builtIn(value, kind);
    const hidden = hiddenNames(value, kind);
    const text = hidden.length > 0 ? `["H",${shown},${this.named(value, hidden)}]` : shown;
    // An entry of its own says by its id where it was born.
    if (path === undefined || this.entries.isRoot(value)) return text;
    return `["L",${stringText(path)},${text}]`;
  }

  #builtIn(value: object, kind: Kind): string {
    switch (kind) {
      case "object":
        return this.#properties(value);
      case "null":
        return `["N",${this.#properties(value)}]`;
      case "error":
        return `["e",${leafText(value, kind)},${this.#properties(value)}]`;
      case "emitter":
        return `["E",${this.#properties(value)},${this.#content(value)}]`;
      case "array":
      case "arguments":
      case "map":
      case "set":
        return this.#withProperties(value, this.#content(value));
      case "bytes":
        return viewText(value as ArrayBufferView, this.value);
      default:
        return `["d",${leafText(value, kind)}]`;
    }
  }

  /** Lists and collections have properties of their own where the application has set some. */
  #withProperties(value: object, content: string): string {
    const names = ownNames(value);
    return names.length > 0 ? `["+",${content},${this.named(value, names)}]` : content;
  }

  /** What a value holds besides its properties. */
  #content(value: object): string {
    switch (baseOf(value)) {
      case "map":
        return mapText(this.entries, value as Map<unknown, unknown>, this.value);
      case "set":
        return listText(this.entries, "s", [...Set.prototype.values.call(value)], this.value);
      case "emitter":
        return listenerText(listenersOf(value as EventEmitter), this.value);
      default:
        return arrayText(this.entries, value as unknown[], this.value);
    }
  }

  #properties(value: object): string {
    for (const symbol of Object.getOwnPropertySymbols(value)) {
      // Node's emitters have some of their own.
      if (/^Symbol\((kCapture|shapeMode)\)$/.test(String(symbol))) continue;
      if (!Object.getOwnPropertyDescriptor(value, symbol)?.enumerable) continue;
      this.reports.lost(value, `its property ${String(symbol)} is named by a symbol`);
    }
    return namedText(this.entries, ownNames(value), (names) => this.named(value, names));
  }

  /** All properties of an object, if JSON does not say all of them. */
  beyondJson(value: object): string | undefined {
    const names = ownNames(value);
    const text = this.named(value, names);
    const isHeld = (one: object) => this.parts.has(one) || this.entries.isShared(one);
    return names.every((name) => saysAll(get(value, name), isHeld)) ? undefined : text;
  }

  /** Some properties of an object. */
  named(value: object, names: readonly string[]): string {
    let text = "";
    for (const name of names) {
      text += `${text && ","}${stringText(name)}:${this.value(get(value, name))}`;
    }
    return `{${text}}`;
  }

  #instance(value: object, maker: Closure): string {
    const made = this.value(maker);
    const fields: string[] = [];
    for (const { privates, open } of recordsOf(value, this.heap.closures)) {
      const some = privates.map((_, place) => this.value(openField(open, place, value)));
      fields.push(`[${some.join()}]`);
    }
    const hidden = fields.some((one) => one !== "[]") ? `[${fields.join()}]` : "0";
    const own = this.#properties(value);
    const base = baseOf(value);
    const content =
      base === "error" ? `[${leafText(value, "error")}]` : base && this.#content(value);
    return `["c",${made},${own},${hidden}${content ? `,${content}` : ""}]`;
  }

  #function(fn: Closure): string {
    const { closures, host } = this.heap;
    const origin = closures.origins.get(fn);
    if (origin?.scope.module) {
      origin.number ??= origin.scope.next(origin.id);
      this.entries.reach(origin.scope, this.ownership.isElsewhere);
      const key = this.heap.keyOf(origin.scope);
      return `["f",${stringText(key)},${stringText(origin.id)},${origin.number}${this.#ownOf(fn)}]`;
    }
    const bound = closures.bindings.get(fn);
    if (bound) return `["F",${bound.map(this.value).join()}]`;
    const method = closures.methods.get(fn);
    if (method) {
      const { owner, name, isStatic } = method;
      return `["M",${this.value(owner)},${stringText(name)},${isStatic ? 1 : 0}]`;
    }
    const reference = host.referenceTo(fn);
    if (reference !== undefined && this.ownership.isForeign(fn)) return this.#lose(fn, FOREIGN);
    if (reference !== undefined) return `["r",${stringText(reference)}]`;
    const path = this.born.pathOf(fn);
    return path === undefined ? this.#lose(fn, reasonFor(fn)) : `["l",${stringText(path)}]`;
  }

  /** The properties of a function; those of what loading has made have an entry. */
  #ownOf(fn: Closure): string {
    const names = Object.keys(fn);
    if (names.length === 0 || this.#inside.has(fn) || this.heap.closures.loaded.has(fn)) return "";
    this.#inside.add(fn);
    try {
      return `,${this.named(fn, names)}`;
    } finally {
      this.#inside.delete(fn);
    }
  }

  #frame(scope: Scope): void {
    const parent = this.heap.keyOf(scope.parent as Scope);
    this.entries.write(`f:${this.heap.keyOf(scope)}`, () => {
      const values = scope.variables.map(
        ({ name }, place) => `${stringText(name)}:${this.value(scope.read(place))}`,
      );
      return `[${stringText(parent)},${stringText(scope.id)},{${values.join()}}]`;
    });
  }
}
