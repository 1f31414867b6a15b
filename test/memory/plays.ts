import path from "node:path";
import fc from "fast-check";
import { buildApplication } from "./build";
import { vocabulary, type Word } from "./vocabulary";
import { type Replace, World } from "./world";

const CLIENTS = ["a", "b", "c"];

/** One thing that a client does, or the clock. */
export type Step =
  | { readonly type: "connect"; readonly client: string }
  | { readonly type: "disconnect"; readonly client: string }
  | { readonly type: "say"; readonly client: string; readonly word: number }
  | { readonly type: "pass"; readonly ms: number };

const client = fc.constantFrom(...CLIENTS);

export const steps = (least = 1, most = 25): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ type: fc.constant("connect" as const), client }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("disconnect" as const), client }) },
      {
        weight: 10,
        arbitrary: fc.record({ type: fc.constant("say" as const), client, word: fc.nat(30) }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant("pass" as const),
          ms: fc.constantFrom(5, 150, 300, 1000, 2600, 31_000),
        }),
      },
    ),
    { minLength: least, maxLength: most },
  );

export const entryOf = (name: string): string =>
  path.join(__dirname, "apps", name, name === "controller" ? "server.ts" : "server.js");

/** What all clients hear, when an application runs with containers that are replaced as said. */
export async function play(
  code: string,
  words: readonly Word[],
  program: readonly Step[],
  replace: Replace | undefined,
  isOfConnections = false,
): Promise<World> {
  const world = new World(code, replace, isOfConnections);
  // A socket's id is never given twice.
  const ids = new Map<string, string>();
  let lives = 0;
  const connect = async (client: string) => {
    ids.set(client, `${client}${++lives}`);
    await world.connect(ids.get(client) as string, { name: client, username: client });
  };
  for (const client of CLIENTS.slice(0, 2)) await connect(client);
  for (const step of program) {
    if (step.type === "pass") {
      await world.pass(step.ms);
      continue;
    }
    const id = ids.get(step.client) ?? "";
    const isIn = world.outside.connected.has(id);
    if (step.type === "connect") {
      if (!isIn) await connect(step.client);
    } else if (!isIn) continue;
    else if (step.type === "disconnect") await world.disconnect(id);
    else {
      const [kind, event, ...args] = words[step.word % words.length] as Word;
      await world[kind](id, event, ...args);
    }
  }
  return world;
}

export interface Built {
  readonly plain: string;
  readonly compiled: string;
  readonly words: readonly Word[];
}

const known = new Map<string, Built>();

/** Each is built once, since that takes a process of its own. */
export function built(name: string): Built {
  const entry = entryOf(name);
  const one = known.get(name) ?? {
    plain: buildApplication(entry, false),
    compiled: buildApplication(entry, true),
    words: vocabulary[name] as readonly Word[],
  };
  known.set(name, one);
  return one;
}
