import { isDeepStrictEqual } from "node:util";
import type { Json } from "../json";
import type { FunctionModel } from "../template/model";
import { functionNameOf } from "../template/names";
import { Concurrency, checkReservations } from "./concurrency";
import { LambdaFunction } from "./function";
import type { FunctionOptions } from "./function-options";
import type { FunctionError } from "./protocol";

/** Settings of all functions; `now` in milliseconds. */
export interface FunctionsOptions extends Omit<FunctionOptions, "concurrency"> {
  readonly now: () => number;
}

/** How a version is deployed. */
export interface DeployOptions {
  /** Whether functions whose code and settings are the same keep their containers. @default false */
  readonly onlyChanged?: boolean;
}

/** What a new version has to do before it replaces the old one. */
export interface Trial {
  readonly logicalId: string;
  readonly event: Json;
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

  /**
   * Loads spare containers of every function that something invokes.
   *
   * @param isFirst which functions the others wait for, by logical id
   */
  warm(isFirst: (logicalId: string) => boolean = () => false): void {
    const first = [...this.#used].filter(({ model }) => isFirst(model.logicalId));
    for (const one of first) one.warm();
    const warmOthers = () => {
      for (const one of this.#used) if (!first.includes(one)) one.warm();
    };
    const loaded = first.map((one) => one.ready().catch(() => undefined));
    if (first.length === 0) warmOthers();
    else void Promise.all(loaded).then(warmOthers);
  }

  /** Resolves when every function that something invokes has loaded once. */
  async ready(): Promise<void> {
    await Promise.all([...this.#used].map((used) => used.ready()));
  }

  /** Replaces the code and the settings of functions that are there already. */
  deploy(models: readonly FunctionModel[], { onlyChanged = false }: DeployOptions = {}): void {
    checkReservations(models, this.#limit);
    for (const model of models) {
      const found = this.find(model.name, { warm: false });
      if (!onlyChanged || !isDeepStrictEqual(found.model, model)) found.deploy(model);
    }
  }

  /** Does the same with one of them, once its new version has handled an event. @returns why not */
  async deployIfGood(
    models: readonly FunctionModel[],
    { logicalId, event }: Trial,
  ): Promise<FunctionError | undefined> {
    const model = models.find((one) => one.logicalId === logicalId);
    return model && this.byId(logicalId).deployIfGood(model, event);
  }

  /** Ends all containers. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((each) => each.close()));
  }
}
