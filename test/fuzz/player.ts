import { startTable } from "../support/table";
import type { Flavour } from "./app";
import { Prototypes, retained } from "./guards";
import { isKnown } from "./known";
import { isOfApplication, type LogEntry, Logs } from "./logs";
import { memoryStores } from "./memory";
import { Run, type Violation } from "./play-one";
import { blur } from "./receiver";
import type { Sequence } from "./sequence";
import { Victims } from "./victims";
import { type Backing, type Defects, FuzzWorld } from "./world";

export interface Played {
  readonly violations: readonly Violation[];
  /** What the input has shown: shapes of replies, log messages, ends. */
  readonly features: ReadonlySet<string>;
  /** Entries of the log that tell of the application's own failures. */
  readonly failures: readonly LogEntry[];
}

/** What may stay when all attackers are gone: dynamic namespaces, and what expires by itself. */
const MAY_STAY = /^[gklovx]/;

interface Stage {
  readonly world: FuzzWorld;
  readonly victims: Victims;
  /** The items that belong to the victims. */
  readonly items: ReadonlySet<string>;
  readonly close: () => Promise<void>;
}

export interface PlayerOptions {
  readonly table?: "memory" | "dynalite";
  readonly defects?: Defects;
}

/** Plays sequences against containers that stay warm, and judges each. */
export class Player {
  readonly #stages = new Map<Flavour, Stage>();
  /** As the first host has left them, which replaces some methods of Socket.IO. */
  #prototypes: Prototypes | undefined;
  readonly #logs = new Logs();
  #connections = 0;

  constructor(private readonly options: PlayerOptions = {}) {
    this.#logs.capture();
  }

  async close(): Promise<void> {
    this.#logs.release();
    await this.reset();
  }

  /** New containers and a new table for whatever comes next. */
  async reset(): Promise<void> {
    this.#prototypes?.restore();
    const stages = [...this.#stages.values()];
    this.#stages.clear();
    await Promise.all(stages.map((stage) => stage.close()));
  }

  async play(sequence: Sequence): Promise<Played> {
    const stage = await this.#stage(sequence.flavour);
    const run = new Run(stage.world, sequence, this.#connections++);
    await run.play();
    const violations = [...run.violations];
    const report = (oracle: string, details: readonly string[]) =>
      violations.push(...details.map((detail) => ({ oracle, detail })));
    const { entries, strays } = this.#logs.take();
    report("rejection", strays);
    report("log", entries.filter((entry) => !isOfApplication(entry)).map(describe));
    report("pollution", this.#prototypes?.changes() ?? []);
    const failures = entries.filter((entry) => entry.level === "error" && isOfApplication(entry));
    report("victim", await stage.victims.look(failures.length > 0));
    report("liveness", await stage.victims.ask(this.#connections - 1));
    report("retry", stage.world.unhandled.splice(0));
    report("retained", retained(stage.world.io));
    report("leftover", await leftovers(stage));
    this.#logs.take();
    for (const { message } of entries) run.features.add(`log ${blur(message)}`);
    const unknown = violations.filter((violation) => !isKnown(violation));
    if (unknown.length > 0) await this.reset();
    return { violations: unknown, features: run.features, failures };
  }

  async #stage(flavour: Flavour): Promise<Stage> {
    const known = this.#stages.get(flavour);
    if (known) return known;
    const { backing, close } = await this.#back();
    const world = new FuzzWorld(backing, flavour, this.options.defects);
    const victims = new Victims(world);
    await victims.connect();
    const items = new Set((await backing.keys()).map((key) => key.join("\n")));
    const stage = { world, victims, items, close };
    this.#stages.set(flavour, stage);
    this.#prototypes ??= new Prototypes();
    return stage;
  }

  async #back(): Promise<{ backing: Backing; close: () => Promise<void> }> {
    if (this.options.table !== "dynalite") {
      const { stores, memory } = memoryStores();
      const keys = async () => memory.keys();
      const drop = async (p: string, s: string) => memory.drop(p, s);
      return { backing: { stores, keys, drop }, close: async () => {} };
    }
    const table = await startTable();
    const keys = async () =>
      (await table.items()).map(({ p, s }): [string, string] => [p as string, s as string]);
    return { backing: { stores: table, keys, drop: async () => {} }, close: () => table.close() };
  }
}

function describe({ level, message, error }: LogEntry): string {
  return `${level}: ${message} ${error}`.slice(0, 1500);
}

async function leftovers({ world, items }: Stage): Promise<string[]> {
  const left: string[] = [];
  for (const [p, s] of await world.backing.keys()) {
    if (items.has(`${p}\n${s}`)) continue;
    if (!MAY_STAY.test(p)) left.push(`${p} ${s}`.slice(0, 200));
    // What expires would only slow the run down.
    if (!p.startsWith("g")) await world.backing.drop(p, s);
  }
  return left;
}
