import type ts from "typescript";

/** Text, and where in the source it comes from, if it does. */
export interface Piece {
  readonly text: string;
  readonly from?: number;
}

/** Something that is put into the source or in place of a part of it. */
export interface Edit {
  readonly start: number;
  /** Equal to the start for what only comes in between. */
  readonly end: number;
  readonly text: readonly Piece[] | string;
  /** The node that it is about; a copy of that node or of one around it has it too. */
  readonly of: ts.Node;
  /** Whether it stands around its node, so that a copy of just that node goes without. */
  readonly isOutside: boolean;
  /** Where several stand at one place: first what closes, from the inside out, then what opens, from the outside in. */
  readonly closes: boolean;
}

/** The edits of one file. */
export class Edits {
  readonly #edits: Edit[] = [];
  #sorted: Edit[] | undefined;

  constructor(private readonly source: string) {}

  insert(at: number, text: Edit["text"], of: ts.Node, isOutside = false, closes = false): void {
    this.replace(at, at, text, of, isOutside, closes);
  }

  replace(
    start: number,
    end: number,
    text: Edit["text"],
    of: ts.Node,
    isOutside = false,
    closes = false,
  ): void {
    this.#edits.push({ start, end, text, of, isOutside, closes });
    this.#sorted = undefined;
  }

  /** What is put around a node. */
  wrap(node: ts.Node, before: string, after: string, isOutside = true): void {
    this.insert(node.getStart(), before, node, isOutside);
    this.insert(node.end, after, node, isOutside, true);
  }

  /** The whole file, edited. */
  all(): Piece[] {
    return this.#render(0, this.source.length, this.#inOrder());
  }

  /**
   * A node with the edits inside of it.
   *
   * @param further edits of this copy only
   */
  copy(node: ts.Node, further: readonly Edit[] = []): Piece[] {
    const start = node.getStart();
    const inside = [...this.#inOrder(), ...further].filter(
      ({ of, isOutside }) =>
        of.getStart() >= start && of.end <= node.end && !(of === node && isOutside),
    );
    return this.#render(start, node.end, further.length > 0 ? inside.sort(compare) : inside);
  }

  #inOrder(): readonly Edit[] {
    this.#sorted ??= [...this.#edits].sort(compare);
    return this.#sorted;
  }

  #render(from: number, to: number, edits: readonly Edit[]): Piece[] {
    const pieces: Piece[] = [];
    let at = from;
    for (const { start, end, text } of edits) {
      if (start < at) continue;
      if (start > at) pieces.push({ text: this.source.slice(at, start), from: at });
      pieces.push(...(typeof text === "string" ? [{ text }] : text));
      at = end;
    }
    if (to > at) pieces.push({ text: this.source.slice(at, to), from: at });
    return pieces;
  }
}

function compare(a: Edit, b: Edit): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.closes !== b.closes) return a.closes ? -1 : 1;
  const width = (one: Edit) => one.of.end - one.of.pos;
  if (a.of === b.of) return 0;
  return a.closes ? width(a) - width(b) : width(b) - width(a);
}
