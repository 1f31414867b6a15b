import type { AttributeValue } from "../../src/aws/attribute-values";

/** DynamoDB's expressions, as far as the store uses them, on items as DynamoDB holds them. */

export type StoredItem = Record<string, AttributeValue>;

export interface Names {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: StoredItem | undefined;
}

const TOKEN = /\s*([:#]?\w+|<>|<=|>=|[=<>(),.+-])/y;

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text);
    if (!found) throw new Error(`Cannot read expression: expected DynamoDB's, got "${text}"`);
    tokens.push(found[1] as string);
  }
  return tokens;
}

type Value = AttributeValue | undefined;

/** Reads an expression token by token and evaluates it on the way. */
class Reader {
  readonly #tokens: string[];
  #at = 0;

  constructor(
    text: string,
    private readonly item: StoredItem,
    private readonly given: Names,
  ) {
    this.#tokens = tokensOf(text);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  take(expected?: string): string {
    const token = this.#tokens[this.#at++] ?? "";
    if (expected !== undefined && token !== expected) {
      throw new Error(`Cannot read expression: expected "${expected}", got "${token}"`);
    }
    return token;
  }

  accept(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at++;
    return true;
  }

  or(): boolean {
    let result = this.and();
    while (this.accept("OR")) result = this.and() || result;
    return result;
  }

  and(): boolean {
    let result = this.condition();
    while (this.accept("AND")) result = this.condition() && result;
    return result;
  }

  condition(): boolean {
    if (this.accept("NOT")) return !this.condition();
    if (this.accept("(")) {
      const result = this.or();
      this.take(")");
      return result;
    }
    const called = this.#call();
    return called ?? this.#comparison();
  }

  #call(): boolean | undefined {
    const name = this.peek();
    if (name === "attribute_exists" || name === "attribute_not_exists") {
      const [value] = this.#arguments();
      return (value !== undefined) === (name === "attribute_exists");
    }
    if (name !== "contains") return undefined;
    const [set, member] = this.#arguments();
    return set?.SS?.includes(member?.S ?? "") ?? false;
  }

  #arguments(): Value[] {
    this.take();
    this.take("(");
    const values = [this.operand()];
    while (this.accept(",")) values.push(this.operand());
    this.take(")");
    return values;
  }

  #comparison(): boolean {
    const left = this.operand();
    const sign = this.take();
    const right = this.operand();
    if (left === undefined || right === undefined) return false;
    const order = compare(left, right);
    if (sign === "BETWEEN") {
      this.take("AND");
      return order >= 0 && compare(left, this.operand() as AttributeValue) <= 0;
    }
    const holds = { "=": order === 0, "<>": order !== 0, "<": order < 0, ">": order > 0 };
    return { ...holds, "<=": order <= 0, ">=": order >= 0 }[sign] as boolean;
  }

  /** What an operand of a condition or of SET stands for. */
  operand(): Value {
    if (this.peek() === "if_not_exists") {
      const [first, otherwise] = this.#arguments();
      return first ?? otherwise;
    }
    if (!this.peek()?.startsWith(":")) return valueAt(this.item, this.path());
    return this.given.values?.[this.take()];
  }

  path(): string[] {
    const path = [this.#name(this.take())];
    while (this.accept(".")) path.push(this.#name(this.take()));
    return path;
  }

  #name(token: string): string {
    return token.startsWith("#") ? (this.given.names?.[token] as string) : token;
  }
}

function valueAt(item: StoredItem, [first = "", ...rest]: readonly string[]): Value {
  let value: Value = Object.hasOwn(item, first) ? item[first] : undefined;
  for (const name of rest) value = value?.M?.[name];
  return value;
}

/** Numbers by value, texts by their bytes. */
export function compare(a: AttributeValue, b: AttributeValue): number {
  if (a.N !== undefined && b.N !== undefined) return Number(a.N) - Number(b.N);
  return Buffer.compare(Buffer.from(a.S ?? ""), Buffer.from(b.S ?? ""));
}

export function holds(condition: string | undefined, item: StoredItem, given: Names): boolean {
  return condition === undefined || new Reader(condition, item, given).or();
}

/** The item after an update. Operands are read from the item as it was. */
export function applyUpdate(expression: string, item: StoredItem, given: Names): StoredItem {
  const after = { ...item };
  const reader = new Reader(expression, item, given);
  while (!reader.isAtEnd) {
    const section = reader.take();
    do applyOne(section, reader, after);
    while (reader.accept(","));
  }
  return after;
}

function applyOne(section: string, reader: Reader, after: StoredItem): void {
  const path = reader.path();
  const name = path.at(-1) as string;
  const target = mapAt(after, path.slice(0, -1));
  if (section === "REMOVE") {
    delete target[name];
  } else if (section === "SET") {
    reader.take("=");
    define(target, name, sum(reader));
  } else if (section === "ADD") {
    define(target, name, add(target[name], reader.operand()));
  } else {
    const gone = new Set(reader.operand()?.SS);
    const left = (target[name]?.SS ?? []).filter((member) => !gone.has(member));
    if (left.length > 0) define(target, name, { SS: left });
    else delete target[name];
  }
}

/** The map that a path leads to. Maps on the way are copied: they are those of the item before, too. */
function mapAt(item: StoredItem, path: readonly string[]): StoredItem {
  return path.reduce((target: StoredItem, name) => {
    const M = valueAt(target, [name])?.M;
    if (!M) throw new Error("The document path provided in the update expression is invalid");
    const copy: StoredItem = { ...M };
    define(target, name, { M: copy });
    return copy;
  }, item);
}

function sum(reader: Reader): Value {
  const first = reader.operand();
  const sign = reader.peek();
  if (sign !== "+" && sign !== "-") return first;
  reader.take();
  const second = Number(reader.operand()?.N);
  return { N: String(Number(first?.N) + (sign === "+" ? second : -second)) };
}

function add(before: Value, by: Value): Value {
  if (by?.N !== undefined) return { N: String(Number(before?.N ?? 0) + Number(by.N)) };
  return { SS: [...new Set([...(before?.SS ?? []), ...(by?.SS ?? [])])] };
}

function define(item: StoredItem, name: string, value: Value): void {
  Object.defineProperty(item, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
