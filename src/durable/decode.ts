import { EventEmitter } from "node:events";
import type { Born } from "./born";
import { fillArray, fillMap, fillSet, orElse, propertiesOf } from "./decode-collections";
import { emptyInstance, emptyOf, fitting, leafOf, standIn, viewOf, withStack } from "./empty";
import { fillPrivates, fillProperties, LOST } from "./fill";
import { hide } from "./hidden";
import { type Entry, type Node, newEntry, type Reader, type Tagged } from "./nodes";
import type { Heap } from "./runtime";
import { type Closure, readVariables, Scope, type Variable } from "./scopes";
import { classOf } from "./walk";

/** Where a decoder finds what is not in a text. */
export interface Sources {
  /** The text of an entry. */
  text(id: string): string | undefined;
  /** An object of a socket that the host keeps. */
  part(reference: string, name: string): unknown;
  /** An object is there that several entries hold. */
  shared(object: object, id: string): void;
  /** A frame is there, and its variables are to be filled. */
  frame(scope: Scope, values: Readonly<Record<string, Node>>): void;
}

/** Makes values again from their texts; each object once, so that two who held one hold one again. */
export class Decoder implements Reader {
  readonly #shared = new Map<string, unknown>();
  readonly #frames = new Map<string, Scope | undefined>();

  constructor(
    private readonly heap: Heap,
    private readonly born: Born,
    private readonly sources: Sources,
  ) {}

  value(node: Node, entry: Entry, into?: object): unknown {
    if (typeof node !== "object" || node === null) return node;
    if (!Array.isArray(node)) return this.#collection("o", [node], entry, into);
    const [tag, ...rest] = node as Tagged;
    return this.#tagged(tag as string, rest, entry, into);
  }

  piece(id: string): readonly [Node, Entry] {
    return [JSON.parse(this.sources.text(id) ?? "[]") as Node, newEntry()];
  }

  #meet<T>(entry: Entry, object: T): T {
    if (entry.objects.push(object) === 1) entry.root?.(object);
    return object;
  }

  #tagged(tag: string, rest: Tagged, entry: Entry, into?: object): unknown {
    const [first, second, third] = rest;
    const name = first as string;
    switch (tag) {
      case "u":
        return undefined;
      case "x":
        return LOST;
      case "G":
        return globalThis;
      case "n":
        return Number(first);
      case "b":
        return BigInt(name);
      case "y":
        return Symbol.for(name);
      case "^":
        return entry.objects[first as number];
      case "@":
        return this.#sharedObject(name);
      case "r":
        return this.heap.host.resolve(name) ?? LOST;
      case "p":
        return this.sources.part(name, second as string) ?? LOST;
      case "t":
        return this.heap.timers.handle(name);
      case "l":
        return this.born.at(name) ?? LOST;
      case "L":
        return this.value(second as Node, entry, fitting(second as Node, this.born.at(name)));
      case "+": {
        const object = this.value(first as Node, entry, into) as object;
        fillProperties(object, propertiesOf(this, second as Node, entry), true);
        return object;
      }
      case "H": {
        const object = this.value(first as Node, entry, into) as object;
        for (const [name, make] of propertiesOf(this, second as Node, entry)) {
          hide(object, name, orElse(make(), undefined));
        }
        return object;
      }
      case "f":
        return this.#closure(rest, entry);
      case "F":
        return this.#bound(rest.map((one) => orElse(this.value(one, entry), undefined)));
      case "M":
        return methodOf(this.value(first as Node, entry), second as string, third === 1);
      case "c":
        return this.#instance(rest, entry, into);
      case "d":
        return this.#meet(entry, leafOf(rest, into));
      case "V":
        return this.#view(rest, entry, into);
      default:
        return this.#collection(tag, rest, entry, into);
    }
  }

  /** It was met before its buffer, and can only be made after it. */
  #view(node: Tagged, entry: Entry, into?: object): unknown {
    const place = entry.objects.push(undefined) - 1;
    const own = ArrayBuffer.isView(into) ? into.buffer : undefined;
    const view = viewOf(node, this.value(node[3] as Node, entry, own) as ArrayBuffer, into);
    entry.objects[place] = view;
    if (place === 0) entry.root?.(view);
    return view;
  }

  #collection(tag: string, rest: Tagged, entry: Entry, into?: object): unknown {
    const object = this.#meet(entry, into ?? emptyOf(tag, rest));
    const node = [tag, ...rest];
    if (tag[0] === "a") fillArray(this, object as unknown[], node, entry);
    else if (tag[0] === "m") fillMap(this, object as Map<unknown, unknown>, node, entry);
    else if (tag[0] === "s") fillSet(this, object as Set<unknown>, node, entry);
    else {
      const properties = tag === "o+" ? node : (rest[tag === "e" ? 3 : 0] as Node);
      fillProperties(object, propertiesOf(this, properties, entry), into !== undefined);
      if (tag === "E") this.fillListeners(object as EventEmitter, rest[1] as Tagged, entry);
      if (tag === "e") withStack(object, rest);
    }
    return object;
  }

  /** Replaces the listeners that are the application's; those of packages are evaluation's. */
  fillListeners(emitter: EventEmitter, node: Tagged, entry: Entry): void {
    for (const event of emitter.eventNames()) {
      // Those of symbols are not stored.
      if (typeof event === "symbol") continue;
      for (const raw of emitter.rawListeners(event) as (Closure & { listener?: Closure })[]) {
        if (!this.heap.closures.has(raw.listener ?? raw)) continue;
        EventEmitter.prototype.off.call(emitter, event, (raw.listener ?? raw) as () => void);
      }
    }
    for (const [event, one, once] of node as unknown as [string, Node, number][]) {
      const fn = this.value(one, entry);
      const { once: addOnce, on } = EventEmitter.prototype;
      if (typeof fn === "function") (once ? addOnce : on).call(emitter, event, fn as () => void);
    }
  }

  #sharedObject(id: string): unknown {
    const known = this.#shared.get(id);
    if (known !== undefined) return known;
    const into = id.startsWith("L") ? this.born.at(id.slice(1)) : undefined;
    const text = this.sources.text(`o:${id}`);
    // What is as evaluation makes it is not stored.
    if (text === undefined) return into ?? LOST;
    const root = (object: unknown) => {
      this.#shared.set(id, object);
      this.sources.shared(object as object, id);
    };
    const node: Node = JSON.parse(text);
    return this.value(node, { ...newEntry(), root }, fitting(node, into));
  }

  #closure(node: Tagged, entry: Entry): unknown {
    const fn = this.#bareClosure(node);
    this.#fillClosure(fn, node, entry);
    return fn ?? LOST;
  }

  #bareClosure([key, id, number]: Tagged): Closure | undefined {
    const scope = this.frame(key as string);
    return scope && this.heap.closures.again(scope, id as string, number as number);
  }

  #fillClosure(fn: Closure | undefined, [, , , own]: Tagged, entry: Entry): void {
    if (own) fillProperties(fn ?? {}, propertiesOf(this, own, entry), true);
  }

  #bound([fn, ...args]: unknown[]): unknown {
    if (typeof fn !== "function") return LOST;
    const bound = fn.bind(args[0], ...args.slice(1));
    this.heap.closures.bindings.set(bound, [fn, ...args]);
    return bound;
  }

  #instance([maker, own, hidden, content]: Tagged, entry: Entry, into?: object): unknown {
    const ofMaker = (maker as Tagged).slice(1);
    const owner = this.#bareClosure(ofMaker);
    const isSame = into !== undefined && classOf(into, this.heap.closures) === owner;
    const made = isSame ? into : emptyInstance(this.heap, owner);
    this.#meet(entry, made ?? LOST);
    const object = made ?? standIn(content as Tagged | undefined);
    // A property of the class may hold the instance.
    this.#fillClosure(owner, ofMaker, entry);
    const fields = ((hidden || []) as readonly Tagged[]).map((some) =>
      some.map((one) => this.value(one, entry)),
    );
    fillPrivates(this.heap, object, fields);
    fillProperties(object, propertiesOf(this, own as Node, entry), true);
    if (content) this.#fillContent(object, content as Tagged, entry);
    return made ?? LOST;
  }

  #fillContent(object: object, node: Tagged, entry: Entry): void {
    if (object instanceof Map) fillMap(this, object, node, entry);
    else if (object instanceof Set) fillSet(this, object, node, entry);
    else if (Array.isArray(object)) fillArray(this, object, node, entry);
    else if (object instanceof EventEmitter) this.fillListeners(object, node, entry);
    else if (object instanceof Error) withStack(object, node);
  }

  /** The scope of that key: of evaluation, or made again with its variables still to be filled. */
  frame(key: string): Scope | undefined {
    if (this.#frames.has(key)) return this.#frames.get(key);
    const evaluated = this.heap.modules.get(key) ?? this.heap.evaluated.get(key);
    const text = this.sources.text(`f:${key}`);
    const [parent, id, values] = text ? JSON.parse(text) : [];
    const around = evaluated || !text ? undefined : this.frame(parent);
    const scope = evaluated ?? (around && Scope.again(around, id, variablesOf(values)));
    if (scope) scope.key = key;
    this.#frames.set(key, scope);
    if (scope && values) this.sources.frame(scope, values);
    return scope;
  }
}

/** Of a frame: by the names that are stored. */
function variablesOf(values: Readonly<Record<string, Node>>): readonly Variable[] {
  return readVariables(Object.keys(values).join(" "));
}

function methodOf(owner: unknown, name: string, isStatic: boolean): unknown {
  if (typeof owner !== "function") return LOST;
  const method: unknown = (isStatic ? owner : owner.prototype)[name];
  return typeof method === "function" ? method : LOST;
}
