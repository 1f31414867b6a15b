import { randomBytes } from "node:crypto";

/** Ids of objects that several entries hold. What was shared once keeps its entry as long as it lives. */
export class Shared {
  readonly #ids = new WeakMap<object, string>();

  has(value: object): boolean {
    return this.#ids.has(value);
  }

  idOf(value: object): string {
    return this.#ids.get(value) as string;
  }

  add(value: object, path: string | undefined): void {
    this.set(value, path === undefined ? `~${randomBytes(6).toString("base64url")}` : `L${path}`);
  }

  /** An object that another container has shared. */
  set(value: object, id: string): void {
    this.#ids.set(value, id);
  }
}
