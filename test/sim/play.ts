import { Places } from "./app";
import { JsonWire } from "./json-wire";
import { type Order, targetsOf } from "./orders";
import { EVERYONE } from "./said";
import type { Scheduler } from "./scheduler";
import type { Stack } from "./stack";
import { StockWire } from "./stock-wire";
import { Talker, type TalkerOptions } from "./talker";

const ROOMS = ["red", "green", "blue"];
const MINUTE_MS = 60_000;
/** Longer than a batch takes to come five times, and than the longest connection. */
const QUIET_MS = 6 * 60 * MINUTE_MS;
/** The longest connection, and what the heartbeat adds before it sweeps. */
const OLDEST_MS = 130 * MINUTE_MS;

/** What the clients do, as the seed decides. */
export class Play {
  readonly talkers: readonly Talker[];

  constructor(
    private readonly scheduler: Scheduler,
    private readonly stack: Stack,
    clients: number,
    private readonly counts: boolean,
  ) {
    this.talkers = Array.from({ length: clients }, (_, n) => new Talker(this.#draw(`t${n}`)));
  }

  /** Every client connects and enters its rooms. */
  async begin(): Promise<string[]> {
    for (const talker of this.talkers) this.#connect(talker);
    return this.quiet();
  }

  async talk(steps: number): Promise<void> {
    const { random, faults } = this.scheduler;
    for (let step = 0; step < steps; step++) {
      if (faults.happens("restart")) this.stack.restart();
      const talker = random.pick(this.talkers);
      if (faults.happens("breaks")) this.#break(talker);
      else this.#act(talker);
      await this.scheduler.pass(this.#pause());
    }
  }

  /** Nothing is under way, every client is where it wants to be, and the heartbeat has found the lost. */
  async quiet(): Promise<string[]> {
    await this.scheduler.until(() => this.#isQuiet(), QUIET_MS);
    this.stack.heartbeat();
    const isQuiet = await this.scheduler.until(() => this.#isQuiet(), QUIET_MS);
    if (isQuiet) return [];
    const unsettled = this.talkers.filter(({ isSettled }) => !isSettled).map(({ name }) => name);
    return [
      `not quiet after ${QUIET_MS / MINUTE_MS} minutes: ${unsettled}; ${this.stack.activity}`,
    ];
  }

  /** Every client leaves, and the heartbeat finds those whose end was lost. */
  async end(): Promise<string[]> {
    const { stack, scheduler } = this;
    for (const { wire } of this.talkers) wire?.close();
    const hasEnded = () => this.#isIdle() && stack.gateway.open.size === 0;
    const ended = await scheduler.until(hasEnded, QUIET_MS);
    await this.#beat();
    return ended ? [] : ["not idle when all had gone"];
  }

  /** Until each connection is older than one can be, so that the heartbeat finds even those that it does not ping. */
  async outlast(): Promise<void> {
    await this.scheduler.pass(OLDEST_MS);
    await this.#beat();
  }

  async #beat(): Promise<void> {
    this.stack.heartbeat();
    await this.scheduler.until(() => this.#isIdle(), QUIET_MS);
  }

  #draw(name: string): TalkerOptions {
    const { random, clock } = this.scheduler;
    const some = () => ROOMS.filter(() => random.chance(0.5));
    const rooms: Record<string, readonly string[]> = { [Places.open]: some() };
    if (random.chance(0.4)) rooms[Places.guarded] = some();
    if (random.chance(0.4)) rooms[Places.managed] = some();
    const isGreedy = random.chance(0.2);
    return { name, isAdmitted: random.chance(0.7), isGreedy, rooms, now: () => clock.now };
  }

  #connect(talker: Talker): void {
    const auth = Talker.authOf(talker.options);
    const { isGreedy } = talker.options;
    const isStock = this.scheduler.random.chance(0.6) && !isGreedy;
    const Kind = isStock ? StockWire : JsonWire;
    talker.wire = new Kind(this.stack.gateway, { auth, listener: talker, isGreedy });
  }

  #act(talker: Talker): void {
    const { random } = this.scheduler;
    const namespace = random.pick(Object.keys(talker.options.rooms));
    const rooms = talker.options.rooms[namespace] ?? [];
    const room = random.pick(rooms.length > 0 ? rooms : ROOMS);
    if (random.chance(0.05)) return this.#order(talker, namespace, room);
    if (talker.options.isGreedy && random.chance(0.6)) return this.#look(talker, namespace);
    if (this.counts && random.chance(0.4)) return talker.count(namespace);
    const dice = random.next();
    if (dice < 0.06) talker.leave(namespace, room);
    else if (dice < 0.14) talker.join(namespace, room);
    else if (dice < 0.2) talker.ask(namespace);
    else if (dice < 0.3 && namespace !== Places.managed) talker.say(namespace, EVERYONE);
    else for (let left = 1 + random.below(3); left > 0; left--) talker.say(namespace, room);
  }

  #order(talker: Talker, namespace: string, room: string): void {
    const { random, clock } = this.scheduler;
    // What takes a member out of a managed room behind the back of its presence, presence does not notice.
    const isManaged = namespace === Places.managed;
    const what = random.pick<Order["what"]>(
      isManaged ? ["disconnect", "close"] : ["leave", "leave", "disconnect", "close"],
    );
    const except = random.chance(0.3) ? [random.pick(ROOMS)] : [];
    const asked = { what, namespace, room, except, at: clock.now };
    const targets = targetsOf(asked, this.talkers);
    talker.give({ ...asked, connection: talker.wire?.connectionId ?? "", targets });
  }

  /** A greedy one goes into rooms where something has been said, and comes back to hear it. */
  #look(talker: Talker, namespace: string): void {
    const { random } = this.scheduler;
    const room = random.pick(ROOMS);
    const dice = random.next();
    if (dice < 0.3) talker.leave(namespace, room);
    else if (dice < 0.7) talker.join(namespace, room);
    else talker.wire?.breakOff();
  }

  #break(talker: Talker): void {
    const { random } = this.scheduler;
    const { gateway } = this.stack;
    const id = talker.wire?.connectionId;
    const dice = random.next();
    if (dice < 0.4 || id === undefined) talker.wire?.breakOff();
    else if (dice < 0.6) gateway.close(id, 1001);
    else if (dice < 0.85) gateway.close(id, 1001, true);
    else gateway.silence(id);
  }

  #pause(): number {
    const { random } = this.scheduler;
    const dice = random.next();
    if (dice < 0.7) return random.between(0, 30);
    if (dice < 0.97) return random.between(0, 2000);
    return dice < 0.995 ? random.between(0, 30_000) : random.between(8, 25) * MINUTE_MS;
  }

  #isIdle(): boolean {
    return this.scheduler.pending === 0 && this.stack.isIdle;
  }

  #isQuiet(): boolean {
    return this.#isIdle() && this.talkers.every(({ isSettled }) => isSettled);
  }
}
