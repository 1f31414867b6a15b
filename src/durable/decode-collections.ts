import { type Fill, LOST } from "./fill";
import type { Entry, Node, Reader, Tagged } from "./nodes";

/** Properties by name, each with what makes its value. */
export function propertiesOf(reader: Reader, node: Node, entry: Entry): Fill {
  if (Array.isArray(node)) {
    return (node.slice(1) as string[]).flatMap((id) => propertiesOf(reader, ...reader.piece(id)));
  }
  return Object.entries(node as Record<string, Node>).map(
    ([name, one]) => [name, () => reader.value(one, entry)] as const,
  );
}

/** The elements of a list, or keys and values in turn, also from pieces. */
function elementsOf(reader: Reader, node: Tagged, entry: Entry): (readonly [Node, Entry])[] {
  const [tag, ...rest] = node;
  if (!(tag as string).endsWith("+")) return rest.map((one) => [one, entry]);
  return (rest as string[]).flatMap((id) => {
    const [piece, own] = reader.piece(id);
    return elementsOf(reader, piece as Tagged, own);
  });
}

export function fillArray(reader: Reader, list: unknown[], node: Tagged, entry: Entry): void {
  const before = [...list];
  list.length = 0;
  for (const [index, [one, own]] of elementsOf(reader, node, entry).entries()) {
    if (Array.isArray(one) && one[0] === "h") list.length = index + 1;
    else list[index] = orElse(reader.value(one, own), before[index]);
  }
}

export function fillMap(
  reader: Reader,
  map: Map<unknown, unknown>,
  node: Tagged,
  entry: Entry,
): void {
  const before = new Map(Map.prototype.entries.call(map));
  // Not those of the application's class, which may do more.
  Map.prototype.clear.call(map);
  const elements = elementsOf(reader, node, entry);
  for (let at = 0; at < elements.length; at += 2) {
    const key = reader.value(...(elements[at] as readonly [Node, Entry]));
    const value = reader.value(...(elements[at + 1] as readonly [Node, Entry]));
    if (key === LOST) continue;
    Map.prototype.set.call(map, key, orElse(value, Map.prototype.get.call(before, key)));
  }
}

export function fillSet(reader: Reader, set: Set<unknown>, node: Tagged, entry: Entry): void {
  Set.prototype.clear.call(set);
  for (const element of elementsOf(reader, node, entry)) {
    const value = reader.value(...element);
    if (value !== LOST) Set.prototype.add.call(set, value);
  }
}

/** What evaluation has put there, where no text can say the value. */
export function orElse(value: unknown, otherwise: unknown): unknown {
  return value === LOST ? otherwise : value;
}
