import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { startTable } from "../support/table";
import type { Flavour } from "./app";
import { census, Prototypes, retained } from "./guards";
import { isKnown } from "./known";
import { isOfApplication, type LogEntry, Logs } from "./logs";
import { memoryStores } from "./memory";
import { blur, shapeOf } from "./receiver";
import type { Attacker, Batch, Sequence } from "./sequence";
import { Victims } from "./victims";
import { type Backing, type Defects, FuzzWorld } from "./world";

/** Something that no input may bring about. */
export interface Violation {
  readonly oracle: string;
  readonly detail: string;
}

export interface Played {
  readonly violations: readonly Violation[];
  /** What the input has shown: shapes of replies, log messages, ends. */
  readonly features: ReadonlySet<string>;
  /** Entries of the log that tell of the application's own failures. */
  readonly failures: readonly LogEntry[];
}

/** No batch may take longer, in milliseconds: as seen from outside, and as far as something is done. */
const MAX_WALL_MS = 1000;
const MAX_BUSY_MS = 250;
const MAX_WAIT_MS = 20_000;
/** What may stay when all attackers are gone: dynamic namespaces, and what expires by itself. */
const MAY_STAY = /^[gklv]/;

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

  /** Numbers of things that the containers keep. */
  census(): Record<string, number> {
    const all = [...this.#stages.values()].map(({ world }) => census(world.io));
    const sum = (name: string) => all.reduce((total, one) => total + (one[name] ?? 0), 0);
    return { namespaces: sum("namespaces"), listeners: sum("listeners") };
  }

  async play(sequence: Sequence): Promise<Played> {
    const stage = await this.#stage(sequence.flavour);
    const run = new Run(stage, sequence, this.#connections++);
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

/** One sequence while it is played. */
class Run {
  readonly violations: Violation[] = [];
  readonly features = new Set<string>();
  readonly #alive = new Set<Attacker>();

  constructor(
    private readonly stage: Stage,
    private readonly sequence: Sequence,
    private readonly number: number,
  ) {}

  async play(): Promise<void> {
    const { world } = this.stage;
    for (const [attacker, opening] of Object.entries(this.sequence.openings)) {
      await world.open(this.#id(attacker), opening);
      this.#alive.add(attacker as Attacker);
    }
    for (const batch of this.sequence.batches) await this.#measured(batch);
    for (const attacker of [...this.#alive]) await this.#end(attacker);
    await world.runDelayed();
    await turn();
    for (const attacker of Object.keys(this.sequence.openings)) this.#judge(attacker);
    for (const detail of world.leaks.splice(0)) this.#report("secret", detail);
  }

  #report(oracle: string, detail: string): void {
    this.violations.push({ oracle, detail });
  }

  #id(attacker: string): string {
    return `${attacker}${this.number}=`;
  }

  async #measured(batch: Batch): Promise<void> {
    const started = performance.now();
    const before = performance.eventLoopUtilization();
    const patience = new AbortController();
    const never = sleep(MAX_WAIT_MS, "never", patience).catch(() => "ended");
    const isOver = await Promise.race([this.#sent(batch), never]);
    patience.abort();
    if (isOver === "never") this.#report("time", "a batch that does not end");
    const { active: busy } = performance.eventLoopUtilization(before);
    const wall = performance.now() - started;
    if (busy > MAX_BUSY_MS) this.#report("cost", `${busy.toFixed()} ms of work`);
    if (wall > MAX_WALL_MS) this.#report("time", `${wall.toFixed()} ms`);
  }

  async #sent(batch: Batch): Promise<void> {
    await this.#send(batch).catch((error: Error) => this.#report("exception", `${error.stack}`));
  }

  async #send({ frames, again, direct, ends = [] }: Batch): Promise<void> {
    const { world } = this.stage;
    const sent = frames
      .filter(([attacker]) => this.#alive.has(attacker))
      .map(([attacker, text]) => [this.#id(attacker), this.#fill(text)] as const);
    if (direct) for (const [id, text] of sent) await world.frame(id, text);
    else if (sent.length > 0) await world.frames(sent, again);
    for (const attacker of [...this.#alive]) {
      // API Gateway tells the end of what was closed.
      const isClosed = world.closed.has(this.#id(attacker));
      if (isClosed) this.features.add("closed");
      if (isClosed || ends.includes(attacker)) await this.#end(attacker);
    }
  }

  async #end(attacker: Attacker): Promise<void> {
    this.#alive.delete(attacker);
    await this.stage.world.end(this.#id(attacker));
  }

  #fill(text: string): string {
    if (!text.includes("{{")) return text;
    return text.replace(/\{\{(sid|pid|offset|ack):([abc])\}\}/g, (_, what, attacker) => {
      const receiver = this.stage.world.receivers.get(this.#id(attacker));
      return receiver?.told[what as "sid"] ?? "none";
    });
  }

  #judge(attacker: string): void {
    const { world } = this.stage;
    const id = this.#id(attacker);
    const receiver = world.receivers.get(id);
    for (const text of receiver?.invalid ?? []) this.#report("reply", text);
    for (const heard of receiver?.heard ?? []) this.features.add(shapeOf(heard));
    world.receivers.delete(id);
    world.closed.delete(id);
  }
}
