/** What `Encoder` writes, read as JSON. */
export type Node =
  | null
  | boolean
  | number
  | string
  | readonly Node[]
  | { readonly [name: string]: Node };
export type Tagged = readonly Node[];

/** Objects of one entry in the order in which they are met, and what is done with the first of them. */
export interface Entry {
  readonly objects: unknown[];
  readonly root?: (object: unknown) => void;
}

/** What makes values of nodes. */
export interface Reader {
  value(node: Node, entry: Entry): unknown;
  /** A piece of a large value. */
  piece(id: string): readonly [Node, Entry];
}
