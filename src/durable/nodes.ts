/** What `Encoder` writes, read as JSON. */
export type Node =
  | null
  | boolean
  | number
  | string
  | readonly Node[]
  | { readonly [name: string]: Node };
export type Tagged = readonly Node[];

/**
 * Objects of one entry in the order in which `Encoder` has met them, and what is done with the first of them. An entry
 * is read in the order in which it was written, also what has no place any more: `["^",2]` is the third of its objects.
 */
export interface Entry {
  readonly objects: unknown[];
  readonly root?: (object: unknown) => void;
}

export function newEntry(): Entry {
  return { objects: [] };
}

/** What makes values of nodes. */
export interface Reader {
  value(node: Node, entry: Entry): unknown;
  /** A piece of a large value. */
  piece(id: string): readonly [Node, Entry];
}
