import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/**
 * Marks that functions and tests set and wait for, so that a test says what happens before what instead of
 * how long it takes. They are files, since functions have processes of their own.
 */
export class Marks {
  readonly #directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-marks-"));

  /** For a function's source: `mark(name)`, and `marked(name)`, which resolves once that is set. */
  readonly source = `
const mark = (name) => require("node:fs").writeFileSync(${JSON.stringify(this.#directory)} + "/" + name, "");
const marked = async (name) => {
  while (!require("node:fs").existsSync(${JSON.stringify(this.#directory)} + "/" + name))
    await new Promise((resolve) => setTimeout(resolve, 5));
};
`;

  set(name: string): void {
    writeFileSync(path.join(this.#directory, name), "");
  }

  has(name: string): boolean {
    return existsSync(path.join(this.#directory, name));
  }
}
