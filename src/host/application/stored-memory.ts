import { CONNECTION, MEMORY } from "./entries";

/** What the application's memory keeps, of all that is stored with it, and how many connections are. */
export function splitStored(entries: ReadonlyMap<string, string>): {
  readonly memory: ReadonlyMap<string, string>;
  readonly connections: number;
} {
  const memory = new Map<string, string>();
  let connections = 0;
  for (const [id, text] of entries) {
    if (id.startsWith(MEMORY)) memory.set(id.slice(MEMORY.length), text);
    else if (id.startsWith(CONNECTION)) connections++;
  }
  return { memory, connections };
}

/** How much of it there is: variables of files, runs of handlers and functions that are held, connections. */
export function countKept(entries: ReadonlyMap<string, string>) {
  // Pieces of large objects belong to one of these.
  const ids = [...entries.keys()].filter((id) => !id.includes("^"));
  const count = (start: string) => ids.filter((id) => id.startsWith(start)).length;
  return {
    variables: count(`${MEMORY}v:`),
    runs: count(`${MEMORY}f:`),
    connections: count(CONNECTION),
  };
}
