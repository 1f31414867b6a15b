import type { Place } from "./apart";
import type { Item } from "./item";
import { type Key, partKey } from "./keys";
import type { Table } from "./table";

/** All parts of a connection, or those whose names begin in one way: with a socket's id, say. */
export async function readParts(
  table: Table,
  { connectionId, apart }: Place,
  start?: string,
): Promise<Item[]> {
  const { p } = partKey(connectionId, apart, "");
  const found: Item[] = [];
  const range = start === undefined ? {} : { after: start, to: `${start}~` };
  for await (const page of table.pages(p, (item) => item, range)) found.push(...page);
  return found;
}

export function keyOf({ p, s }: Item): Key {
  return { p: p as string, s: s as string };
}
