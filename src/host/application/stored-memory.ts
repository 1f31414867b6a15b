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
