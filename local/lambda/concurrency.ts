import type { FunctionModel } from "../template/model";
import { TokenBucket } from "../token-bucket";

/** What is left at least for functions that reserve nothing; a smaller account has to leave all that it has. */
const UNRESERVED = 100;

/** Requests that one execution at a time allows within a second. */
const REQUESTS_PER_SECOND = 10;

type Reserving = Pick<FunctionModel, "logicalId" | "name" | "concurrency">;

/** What an account's concurrency is made of. */
export interface ConcurrencyOptions {
  /** Executions at a time of the whole account. */
  readonly limit: number;
  /** The functions as they are deployed now. */
  readonly functions: () => readonly Reserving[];
  /** Milliseconds, for requests within a second. */
  readonly now: () => number;
}

/**
 * The executions of an account at the same time. A function that reserves some takes them away from all others and
 * has no more than these; the others share what is left.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class Concurrency {
  readonly #options: ConcurrencyOptions;
  /** Executions by function, and those that share the rest under an empty name. */
  readonly #running = new Map<string, number>();
  readonly #requests = new Map<string, { readonly limit: number; readonly bucket: TokenBucket }>();

  constructor(options: ConcurrencyOptions) {
    this.#options = options;
    checkReservations(options.functions(), options.limit);
  }

  /**
   * Begins an execution. Returns how to end it; `undefined` if Lambda throttles it.
   *
   * @param isAsynchronous whether it comes out of Lambda's own queue, which counts no requests a second
   */
  begin(model: Reserving, isAsynchronous = false): (() => void) | undefined {
    const reserves = Number.isFinite(model.concurrency);
    const pool = reserves ? model.name : "";
    const limit = reserves ? model.concurrency : this.#unreserved;
    if (this.#count(pool) >= limit) return undefined;
    if (!isAsynchronous && !this.#takeRequest(model.name, limit)) return undefined;
    this.#running.set(pool, this.#count(pool) + 1);
    return () => void this.#running.set(pool, this.#count(pool) - 1);
  }

  get #unreserved(): number {
    return this.#options.limit - reservedBy(this.#options.functions());
  }

  #count(pool: string): number {
    return this.#running.get(pool) ?? 0;
  }

  /** How many requests may come at once is not documented: as many as within a second. */
  #takeRequest(name: string, limit: number): boolean {
    let found = this.#requests.get(name);
    if (found?.limit !== limit) {
      const rate = limit * REQUESTS_PER_SECOND;
      found = { limit, bucket: new TokenBucket(rate, rate, this.#options.now) };
      this.#requests.set(name, found);
    }
    return found.bucket.take();
  }
}

/** Refuses reservations that leave too little, in the words with which a deployment fails. */
export function checkReservations(functions: readonly Reserving[], limit: number): void {
  const least = Math.min(UNRESERVED, limit);
  const left = limit - reservedBy(functions);
  if (left >= least) return;
  const names = functions
    .filter(({ concurrency }) => Number.isFinite(concurrency) && concurrency > 0)
    .map(({ logicalId, concurrency }) => `${logicalId} ${concurrency}`);
  throw new Error(
    `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}]: expected at least ${least} of ${limit} executions to be left, got ${left} (${names.join(", ")})`,
  );
}

function reservedBy(functions: readonly Reserving[]): number {
  return functions.reduce(
    (sum, { concurrency }) => sum + (Number.isFinite(concurrency) ? concurrency : 0),
    0,
  );
}
