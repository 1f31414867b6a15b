/** What compiled code gives the memory to read a variable (by its place), or with `set` to give it a value. */
export type Access = (place: number, set?: boolean, value?: unknown) => unknown;

/** What makes closures again, by the names of the frames around them and their own. */
export type Makers = Readonly<Record<string, (scope: Scope) => Closure>>;

// biome-ignore lint/complexity/noBannedTypes: a function or class of the application, of any kind.
export type Closure = Function;

/** A variable of a scope. */
export interface Variable {
  readonly name: string;
  /** Of another module: only looked up. */
  readonly isForeign: boolean;
  /** Every evaluation gives it the same first value. */
  readonly isPure: boolean;
  /** Of the text of its initializer. */
  readonly hash: string;
  readonly line: number;
}

/** One run of a piece of the application whose variables outlive it. */
export class Scope {
  /** How what is stored calls it: the module's path, where evaluation makes it again; else by chance, once needed. */
  key: string | undefined;
  /** The closures that evaluation has made, or that were made again. */
  readonly made = new Map<string, Map<number, Closure>>();
  readonly #next = new Map<string, number>();
  /** Of the closures that are made in it; the module has those of most others. */
  #makers: Makers = {};
  #values: Record<string, unknown> | undefined;

  constructor(
    readonly parent: Scope | undefined,
    readonly id: string,
    readonly variables: readonly Variable[],
    readonly access: Access,
  ) {}

  /** A run of another container: its variables are properties of `v`. */
  static again(parent: Scope, id: string, variables: readonly Variable[]): Scope {
    const values: Record<string, unknown> = {};
    for (const { name } of variables) values[name] = undefined;
    const access: Access = (place, set, value) => {
      const name = variables[place]?.name as string;
      if (set) values[name] = value;
      return values[name];
    };
    const scope = new Scope(parent, id, variables, access);
    scope.#values = values;
    return scope;
  }

  /** The variables, for closures that are made again; compiled code knows it by this name. */
  get v(): Record<string, unknown> {
    this.#values ??= this.#bridge();
    return this.#values;
  }

  /** Properties that are the variables of a run of this container. */
  #bridge(): Record<string, unknown> {
    const values = {};
    for (const [place, { name }] of this.variables.entries()) {
      Object.defineProperty(values, name, {
        get: () => this.access(place),
        set: (value) => void this.access(place, true, value),
      });
    }
    return values;
  }

  /** A variable that is called; so that it gets no `this`. */
  get(name: string): unknown {
    return this.v[name];
  }

  /** The number of the next thing of that name. */
  next(name: string): number {
    const number = this.#next.get(name) ?? 0;
    this.#next.set(name, number + 1);
    return number;
  }

  /** Numbers that were given in another container are not given again. */
  skip(name: string, number: number): void {
    if ((this.#next.get(name) ?? 0) <= number) this.#next.set(name, number + 1);
  }

  addMakers(makers: Makers): void {
    this.#makers = { ...this.#makers, ...makers };
  }

  /** What makes a closure of this scope again. */
  makerOf(id: string): ((scope: Scope) => Closure) | undefined {
    const ids = [id];
    for (let at: Scope = this; at.parent; at = at.parent) ids.unshift(at.id);
    const path = ids.join("|");
    for (let at: Scope | undefined = this; at; at = at.parent) {
      if (Object.hasOwn(at.#makers, path)) return at.#makers[path];
    }
    return undefined;
  }

  /** A variable that has not been declared yet is `undefined`. */
  read(place: number): unknown {
    try {
      return this.access(place);
    } catch (error) {
      if (error instanceof ReferenceError) return undefined;
      throw error;
    }
  }

  get module(): Scope | undefined {
    let at: Scope = this;
    while (at.parent) at = at.parent;
    return at.id === "" ? at : undefined;
  }
}

const parsed = new Map<string, readonly Variable[]>();

/** Reads names as the compiler lists them: `@12 a ~b=hash@3`. */
export function readVariables(text: string): readonly Variable[] {
  const known = parsed.get(text);
  if (known) return known;
  const [first = "", ...rest] = text.split(" ");
  const hasLine = first.startsWith("@");
  const all = hasLine ? Number(first.slice(1)) : 0;
  const names = hasLine ? rest : [first, ...rest];
  const variables = names.filter(Boolean).map((name) => {
    const [, mark, own = "", hash = "", line] =
      /^([~^]?)([^=@]+)(?:=(\w+))?(?:@(\d+))?$/.exec(name) ?? [];
    return {
      name: own,
      hash,
      isForeign: mark === "^",
      isPure: mark === "~",
      line: line ? Number(line) : all,
    };
  });
  parsed.set(text, variables);
  return variables;
}
