import { isObject, type Json, type JsonObject, show } from "../json";

/** Reads the properties of one resource, with errors that name it. */
export class Properties {
  constructor(
    readonly logicalId: string,
    readonly values: JsonObject,
  ) {}

  /** A string that must be there. */
  text(name: string): string {
    const value = this.values[name];
    if (typeof value === "string" && value !== "") return value;
    throw this.mismatch(name, "a string");
  }

  /** A string, if given. */
  optionalText(name: string): string | undefined {
    return this.values[name] === undefined ? undefined : this.text(name);
  }

  /** A number, which CloudFormation also accepts as a string. */
  number(name: string, absent: number): number {
    const value = this.values[name];
    if (value === undefined) return absent;
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw this.mismatch(name, "a number");
  }

  /** Whether a flag is set; CloudFormation also accepts the string "true". */
  flag(name: string): boolean {
    return this.values[name] === true || this.values[name] === "true";
  }

  /** A nested object, empty if absent. */
  object(name: string): Properties {
    const value = this.values[name];
    if (value === undefined) return new Properties(`${this.logicalId}.${name}`, {});
    if (!isObject(value)) throw this.mismatch(name, "an object");
    return new Properties(`${this.logicalId}.${name}`, value);
  }

  /** A list, empty if absent. */
  list(name: string): Json[] {
    const value = this.values[name];
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.mismatch(name, "a list");
    return value;
  }

  /** A map of strings, empty if absent. */
  texts(name: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.object(name).values).map(([key, value]) => {
        if (typeof value === "object") throw this.mismatch(`${name}.${key}`, "a string");
        return [key, String(value)];
      }),
    );
  }

  private mismatch(name: string, expected: string): Error {
    return new Error(
      `Cannot read ${this.logicalId}: expected ${expected} in ${name}, got ${show(this.values[name])}`,
    );
  }
}
