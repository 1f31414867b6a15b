import type { TestTable } from "../support/table";
import type { World } from "../support/world";

/** What one event costs. */
export interface Cost {
  /** Calls by name, as `2 GetItem`. */
  readonly requests: readonly string[];
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly posts: number;
  /** Messages to lanes, by functions. */
  readonly messages: number;
}

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Counts what a world does. */
export class Meter {
  #requests: string[] = [];
  #readUnits = 0;
  #writeUnits = 0;

  constructor(private readonly world: World<TestTable>) {
    world.table.calls.hooks.push(async ({ input, ...call }, next) => {
      const output = await next({ ...call, input: { ...input, ReturnConsumedCapacity: "TOTAL" } });
      this.#note(call.operation, output.ConsumedCapacity as Consumed | Consumed[] | undefined);
      return output;
    });
  }

  /** The cost of some work. */
  async of(work: () => Promise<unknown>): Promise<Cost> {
    this.#requests = [];
    this.#readUnits = 0;
    this.#writeUnits = 0;
    for (const id of this.world.sent.keys()) this.world.take(id);
    const before = this.world.commands.length;
    await work();
    const counts = new Map<string, number>();
    for (const name of this.#requests) counts.set(name, (counts.get(name) ?? 0) + 1);
    return {
      requests: [...counts].map(([name, count]) => `${count} ${name}`).sort(),
      readUnits: this.#readUnits,
      writeUnits: this.#writeUnits,
      posts: [...this.world.sent.values()].reduce((sum, frames) => sum + frames.length, 0),
      messages: this.world.commands.length - before,
    };
  }

  #note(name: string, consumed: Consumed | Consumed[] | undefined): void {
    this.#requests.push(name);
    const units = [consumed ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
    if (/^(Get|BatchGet|Query)/.test(name)) this.#readUnits += units;
    else this.#writeUnits += units;
  }
}
