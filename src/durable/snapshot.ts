import type { MemoryEntries, MemoryExtent, MemoryReference } from "../ports";
import type { Born } from "./born";
import type { Origin } from "./closures";
import { CountWatch } from "./counts";
import { Encoder } from "./encode";
import { stringText } from "./leaves";
import { findPath, type Root, rootsOf } from "./losses";
import { Ownership } from "./ownership";
import type { Reports } from "./reports";
import type { Heap } from "./runtime";
import type { Closure, Scope } from "./scopes";
import type { Shared } from "./shared";
import type { Sockets } from "./sockets";
import { FIRED, type Waiting } from "./timers";
import { isThing } from "./walk";

/** Texts that only name what evaluation makes again. */
const NAME = /^\["[^"]*",\["[rl]","(?:[^"\\]|\\.)*"\]\]$/;

/** Reads all that is kept, and writes it down. */
export class Snapshot {
  /** What each evaluation begins with, and what need not be stored as long as it is so. */
  #beginning: MemoryEntries = new Map();
  readonly #counts = new CountWatch();
  readonly #told = new WeakSet<object>();
  /** Functions and classes that have, or had, properties of their own. */
  readonly #owners = new WeakSet<Closure>();

  constructor(
    private readonly heap: Heap,
    private readonly born: Born,
    private readonly shared: Shared,
    private readonly sockets: Sockets,
  ) {}

  noteBeginning(): void {
    const all = this.#encode("application");
    this.#beginning = new Map([...all].filter(([id, text]) => this.#isSure(id, text)));
  }

  take(extent: MemoryExtent): MemoryEntries {
    const all = this.#encode(extent);
    for (const [id, text] of this.#beginning) if (all.get(id) === text) all.delete(id);
    return all;
  }

  /** Whether each evaluation makes the same; not where it asks a clock or a die. */
  #isSure(id: string, text: string): boolean {
    if (id === "meta") return false;
    if (id.startsWith("o:L")) return this.born.isPure(id.slice(3));
    const [module, name] = id.slice(2).split("|");
    if (!id.startsWith("v:") || !module || !name) return false;
    if (NAME.test(text)) return true;
    return this.born.isPure(`${module}|${name}`.replaceAll(" ", "_"));
  }

  #encode(extent: MemoryExtent): Map<string, string> {
    const losses = new Map<unknown, string>();
    const parts = new Map(this.sockets.parts());
    const owner = extent === "application" ? undefined : extent.connection;
    const reports: Reports = {
      lost: (value, reason) => void losses.set(value, reason),
      born: (value) => {
        const reason = this.#counts.reasonFor(value);
        if (reason !== undefined) losses.set(value, reason);
      },
      referred: (value, reference) => {
        if (this.sockets.departed(value)) this.sockets.writeDeparted(reference, value, encoder);
      },
      held: (timer) => {
        const fired = this.heap.keepsEndedTimers ? this.heap.timers.fired(timer) : undefined;
        if (fired) writeTimer(encoder, { ...fired, due: FIRED });
      },
    };
    const { heap, born, shared } = this;
    const ownership = new Ownership(heap, born, owner);
    const encoder: Encoder = new Encoder(heap, born, shared, parts, reports, ownership);
    encoder.run(() => {
      losses.clear();
      if (extent === "application") this.#writeApplication(encoder);
      else for (const reference of extent.sockets) this.sockets.write(reference, encoder);
      this.#writeTimers(encoder, extent);
    });
    if (losses.size > 0) this.#tell(losses, encoder);
    return encoder.entries.texts;
  }

  #writeApplication(encoder: Encoder): void {
    for (const scope of this.heap.modules.values()) this.#writeVariables(encoder, scope);
    for (const owner of this.heap.closures.loaded) this.#writeOwn(encoder, owner);
    for (const reference of this.sockets.references()) this.sockets.write(reference, encoder);
    const timers = [...this.heap.evaluatedTimers].map(stringText).join();
    encoder.entries.write("meta", () => `[${timers}]`);
  }

  #writeVariables(encoder: Encoder, scope: Scope): void {
    for (const [place, { name, hash, isForeign }] of scope.variables.entries()) {
      if (isForeign) continue;
      const text = () => `[${stringText(hash)},${encoder.value(scope.read(place))}]`;
      encoder.entries.write(`v:${scope.key}|${name}`, text);
    }
  }

  /** What a function or class has as its own: `static count = 0`, and whatever was set on it later. */
  #writeOwn(encoder: Encoder, owner: Closure): void {
    const names = Object.keys(owner);
    const record = this.heap.closures.classes.get(owner);
    const hiddenNames = record?.staticPrivates ?? [];
    // Of most functions there is nothing to say, and this runs for each of them after each batch.
    if (names.length + hiddenNames.length === 0 && !this.#owners.has(owner)) return;
    this.#owners.add(owner);
    const origin = this.heap.closures.origins.get(owner) as Origin;
    encoder.entries.write(`k:${origin.scope.key}|${origin.id}#${origin.number}`, () => {
      const own = encoder.named(owner, names);
      const hidden = hiddenNames.map((_, place) =>
        encoder.value(record?.openStatic?.(place, false, undefined, owner)),
      );
      return `[${own},[${hidden.join()}]]`;
    });
  }

  #writeTimers(encoder: Encoder, extent: MemoryExtent): void {
    for (const timer of this.heap.timers.waiting.values()) {
      if (extent === "application" || isOwned(timer, extent.sockets)) writeTimer(encoder, timer);
    }
  }

  #tell(losses: ReadonlyMap<unknown, string>, encoder: Encoder): void {
    let roots: Root[] | undefined;
    for (const [value, reason] of losses) {
      // Of a symbol, the host knows by its place that it was named.
      if (isThing(value)) {
        if (this.#told.has(value)) continue;
        this.#told.add(value);
      }
      roots ??= this.#roots(encoder);
      const found = findPath(this.heap, roots, value);
      const { path, place } = found ?? { path: "a captured value", place: "" };
      this.heap.host.lost({ path, place, reason });
    }
  }

  #roots(encoder: Encoder): Root[] {
    return [
      ...rootsOf([...this.heap.modules.values(), ...encoder.entries.frames]),
      ...Array.from(this.heap.closures.loaded, (value) => ({
        ...{ path: value.name, place: "", value: { ...value } },
      })),
      ...this.sockets.roots(),
      ...[...this.heap.timers.waiting.values()].map(({ fn, args }) => ({
        ...{ path: "a timer", place: "", value: [fn, ...args] },
      })),
    ];
  }
}

function isOwned({ owner }: Waiting, sockets: readonly MemoryReference[]): boolean {
  return owner !== undefined && sockets.includes(owner);
}

function writeTimer(encoder: Encoder, timer: Waiting): void {
  const { handle, due, delay, repeats, order, fn, args, owner } = timer;
  const id = `t:${handle.id}`;
  if (encoder.entries.texts.has(id)) return;
  encoder.entries.write(id, () => {
    const given = args.map((one) => encoder.value(one));
    const facts = [due, delay, repeats ? 1 : 0, order, owner === undefined ? 0 : stringText(owner)];
    return `[${facts.join()},${encoder.value(fn)},[${given.join()}]]`;
  });
}
