import type { Source } from "../describe-source";

/** Says what a source gives to say, and of a later one only what is new. */
export class Findings {
  #known = new Set<string>();

  /** @returns the lines that were not there before; all of them at first */
  news({ notes, findings }: Source, warnings: readonly string[]): string {
    const isFirst = this.#known.size === 0;
    const blocks = [...notes, ...findings, ...warnings];
    const lines = blocks.flatMap((block) => block.split("\n"));
    const known = this.#known;
    this.#known = new Set(["", ...lines.map(withoutPlaces)]);
    return (isFirst ? lines : lines.filter((line) => !known.has(withoutPlaces(line)))).join("\n");
  }
}

/** What stands above moves all places below. */
function withoutPlaces(line: string): string {
  return line
    .replace(/:\d+:\d+/g, "")
    .replace(/\(also lines? [\d, and]+\)/g, "")
    .trim();
}
