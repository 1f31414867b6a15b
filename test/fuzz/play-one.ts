import { setImmediate as turn } from "node:timers/promises";
import { Departures } from "./departures";
import { parserOf, shapeOf } from "./receiver";
import type { Attacker, Batch, Sequence } from "./sequence";
import type { FuzzWorld } from "./world";

/** Something that no input may bring about. */
export interface Violation {
  readonly oracle: string;
  readonly detail: string;
}

/** No batch may take longer, in milliseconds: as seen from outside, and of the processor's time. */
const MAX_WALL_MS = 1000;
const MAX_BUSY_MS = 250;
const MAX_WAIT_MS = 20_000;
/** One sequence while it is played. */
export class Run {
  readonly violations: Violation[] = [];
  readonly features = new Set<string>();
  readonly #alive = new Set<Attacker>();

  constructor(
    private readonly world: FuzzWorld,
    private readonly sequence: Sequence,
    private readonly number: number,
  ) {}

  async play(): Promise<void> {
    const { world } = this;
    for (const [attacker, opening] of Object.entries(this.sequence.openings)) {
      await world.open(this.#id(attacker), opening);
      this.#alive.add(attacker as Attacker);
    }
    const departures = new Departures();
    for (const batch of this.sequence.batches) {
      await this.#measured(batch);
      const heardBy = (attacker: Attacker) => world.receivers.get(this.#id(attacker))?.heard ?? [];
      for (const detail of departures.note(batch, heardBy)) this.#report("departed", detail);
    }
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
    const before = process.cpuUsage();
    await this.#within(MAX_WAIT_MS, this.#sent(batch));
    const { user, system } = process.cpuUsage(before);
    const busy = (user + system) / 1000;
    const wall = performance.now() - started;
    if (busy > MAX_BUSY_MS) this.#report("cost", `${busy.toFixed()} ms of processor time`);
    if (wall > MAX_WALL_MS) this.#report("time", `${wall.toFixed()} ms`);
  }

  /** Goes on without what does not end. */
  #within(ms: number, work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const giveUp = () => {
        this.#report("time", "a batch that does not end");
        resolve();
      };
      const timer = setTimeout(giveUp, ms);
      void work.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #sent(batch: Batch): Promise<void> {
    await this.#send(batch).catch((error: Error) => this.#report("exception", `${error.stack}`));
  }

  async #send({ frames, again, direct, ends = [] }: Batch): Promise<void> {
    const { world } = this;
    const sent = frames
      .filter(([attacker]) => this.#alive.has(attacker))
      .map(([attacker, text]) => [this.#id(attacker), this.#fill(text)] as const);
    if (direct) for (const [id, text] of sent) await world.frame(id, text);
    else if (sent.length > 0) await world.frames(sent, again);
    for (const attacker of [...this.#alive]) {
      // API Gateway tells the end of what was closed.
      const isClosed = world.closed.has(this.#id(attacker));
      if (isClosed) this.#judgeClosed(attacker);
      if (isClosed || ends.includes(attacker)) await this.#end(attacker);
    }
  }

  /** No error closes a JSON client's connection; only the application does. */
  #judgeClosed(attacker: Attacker): void {
    this.features.add("closed");
    if (this.sequence.openings[attacker]?.protocol !== "json") return;
    const all = this.sequence.batches.flatMap(({ frames }) => frames);
    if (all.some(([, text]) => /kick|bye/.test(text))) return;
    const sent = all.filter(([from]) => from === attacker).map(([, text]) => text.slice(0, 20));
    this.#report("closed", `a JSON connection that has sent ${JSON.stringify(sent)}`);
  }

  async #end(attacker: Attacker): Promise<void> {
    this.#alive.delete(attacker);
    await this.world.end(this.#id(attacker));
  }

  #fill(text: string): string {
    if (!text.includes("{{")) return text;
    return text.replace(/\{\{(sid|pid|offset|ack):([abc])\}\}/g, (_, what, attacker) => {
      const receiver = this.world.receivers.get(this.#id(attacker));
      return receiver?.told[what as "sid"] ?? "none";
    });
  }

  #judge(attacker: string): void {
    const { world } = this;
    const id = this.#id(attacker);
    const receiver = world.receivers.get(id);
    for (const text of receiver?.invalid ?? []) this.#report("reply", text);
    this.#judgeParsers(attacker, receiver?.parsers ?? new Set());
    for (const heard of receiver?.heard ?? []) {
      this.features.add(shapeOf(heard));
    }
    world.receivers.delete(id);
    world.closed.delete(id);
  }

  /** Who speaks the format of one parser only is answered in no other. */
  #judgeParsers(attacker: string, heard: ReadonlySet<string>): void {
    if (this.sequence.openings[attacker as Attacker]?.protocol !== "socket.io") return;
    const frames = this.sequence.batches.flatMap((batch) => batch.frames);
    const spoken = new Set(
      frames.filter(([from]) => from === attacker).map(([, text]) => parserOf(text)),
    );
    if (spoken.size !== 1) return;
    for (const parser of heard) {
      if (!spoken.has(parser as "single"))
        this.#report("reply", `in the format of the ${parser} parser`);
    }
  }
}
