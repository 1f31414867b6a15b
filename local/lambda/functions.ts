import type { FunctionModel } from "../template/model";
import { functionNameOf } from "../template/names";
import { Concurrency, checkReservations } from "./concurrency";
import { type FunctionOptions, LambdaFunction } from "./function";

/** Settings of all functions; `now` in milliseconds. */
export interface FunctionsOptions extends Omit<FunctionOptions, "concurrency"> {
  readonly now: () => number;
}

/** All functions of a stack. */
export class Functions {
  readonly all: readonly LambdaFunction[];
  readonly #used = new Set<LambdaFunction>();
  readonly #limit: number;

  constructor(models: readonly FunctionModel[], { now, ...options }: FunctionsOptions) {
    this.#limit = options.limits.concurrency;
    const deployed = () => this.all?.map(({ model }) => model) ?? models;
    const concurrency = new Concurrency({ limit: this.#limit, functions: deployed, now });
    this.all = models.map((model) => new LambdaFunction(model, { ...options, concurrency }));
  }

  /** Whether any invocation runs or waits. */
  get isIdle(): boolean {
    return this.all.every(({ running }) => running === 0);
  }

  /**
   * The function that something invokes, by name or ARN; `warm: false` for what is invoked so rarely
   * that it starts when it is.
   */
  find(nameOrArn: string, { warm = true } = {}): LambdaFunction {
    const name = functionNameOf(nameOrArn);
    const found = this.all.find(({ model }) => model.name === name);
    if (found === undefined) {
      throw new Error(`Cannot invoke ${nameOrArn}: expected a function of the template, got none`);
    }
    if (warm) this.#used.add(found);
    return found;
  }

  /** The function of a logical id. */
  byId(logicalId: string): LambdaFunction {
    const found = this.all.find(({ model }) => model.logicalId === logicalId);
    if (found) return found;
    throw new Error(`Cannot invoke ${logicalId}: expected a function of the template, got none`);
  }

  /** Loads spare containers of every function that something invokes. */
  warm(): void {
    for (const used of this.#used) used.warm();
  }

  /** Resolves when every function that something invokes has loaded once. */
  async ready(): Promise<void> {
    await Promise.all([...this.#used].map((used) => used.ready()));
  }

  /** Replaces the code and the settings of functions that are there already. */
  deploy(models: readonly FunctionModel[]): void {
    checkReservations(models, this.#limit);
    for (const model of models) this.find(model.name, { warm: false }).deploy(model);
  }

  /** Ends all containers. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((each) => each.close()));
  }
}
