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

/** An edit and the range of its node, without what stands in front of it. */
interface Placed extends Edit {
  readonly from: number;
  readonly to: number;
}

/** The edits of one file. */
export class Edits {
  readonly #edits: Placed[] = [];
  #sorted: readonly Placed[] | undefined;

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
    this.#edits.push(placed({ start, end, text, of, isOutside, closes }));
    this.#sorted = undefined;
  }

  /** What is put around a node. */
  wrap(node: ts.Node, before: string, after: string): void {
    this.insert(node.getStart(), before, node, true);
    this.insert(node.end, after, node, true, true);
  }

  /** The whole file, edited. */
  all(): Piece[] {
    return this.#render(0, this.source.length, this.#inOrder());
  }

  /**
   * A node with the edits inside of it.
   *
   * @param further edits of this copy only; of what they replace nothing remains
   */
  copy(node: ts.Node, further: readonly Edit[] = []): Piece[] {
    const start = node.getStart();
    const replaced = further.filter((one) => one.end > one.start);
    const all = this.#inOrder();
    const inside: Placed[] = [];
    for (let at = firstFrom(all, start); at < all.length; at++) {
      const edit = all[at] as Placed;
      if (edit.start > node.end) break;
      if (edit.from < start || edit.to > node.end) continue;
      if (edit.of === node && edit.isOutside) continue;
      if (!replaced.some((one) => one.start <= edit.from && edit.to <= one.end)) inside.push(edit);
    }
    const edits = [...inside, ...further.map(placed)];
    return this.#render(start, node.end, further.length > 0 ? edits.sort(compare) : edits);
  }

  #inOrder(): readonly Placed[] {
    this.#sorted ??= [...this.#edits].sort(compare);
    return this.#sorted;
  }

  #render(from: number, to: number, edits: readonly Edit[]): Piece[] {
    const pieces: Piece[] = [];
    let at = from;
    for (const { start, end, text } of edits) {
      if (start < at) continue;
      if (start > at) pieces.push({ text: this.source.slice(at, start), from: at });
      if (typeof text === "string") pieces.push({ text });
      else pieces.push(...text);
      at = end;
    }
    if (to > at) pieces.push({ text: this.source.slice(at, to), from: at });
    return pieces;
  }
}

function placed(edit: Edit): Placed {
  return { ...edit, from: edit.of.getStart(), to: edit.of.end };
}

/** Where the edits begin that start at a place or behind it. */
function firstFrom(edits: readonly Placed[], start: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle] as Placed).start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: Placed, b: Placed): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.closes !== b.closes) return a.closes ? -1 : 1;
  // What takes the place of a text comes behind what is put in front of it.
  const [replacesA, replacesB] = [a.end > a.start, b.end > b.start];
  if (replacesA !== replacesB) return replacesA ? 1 : -1;
  if (a.of === b.of) return 0;
  const difference = a.of.end - a.of.pos - (b.of.end - b.of.pos);
  return a.closes ? difference : -difference;
}
