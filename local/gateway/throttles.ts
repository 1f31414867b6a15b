import type { Limits } from "../options";
import type { ThrottleModel } from "../template/model";
import { TokenBucket } from "../token-bucket";

/** The throttles of an account and of the routes of a stage. */
export class Throttles {
  /** Frames in and requests to the management API, together. */
  readonly account: TokenBucket;
  readonly #connections: TokenBucket;
  readonly #models: ReadonlyMap<string, ThrottleModel>;
  readonly #routes = new Map<string, TokenBucket>();

  constructor(limits: Limits, routes: ReadonlyMap<string, ThrottleModel>) {
    this.account = new TokenBucket(limits.requestsPerSecond, limits.requestBurst);
    this.#connections = new TokenBucket(limits.connectionsPerSecond, limits.connectionsPerSecond);
    this.#models = routes;
  }

  /** Whether one more connection is allowed now. */
  takeConnection(): boolean {
    return this.#connections.take() && this.#route("$connect");
  }

  /** Whether one more frame is allowed now on a route. */
  takeFrame(routeKey: string): boolean {
    return this.#route(routeKey) && this.account.take();
  }

  #route(routeKey: string): boolean {
    const model = this.#models.get(routeKey) ?? this.#models.get("");
    if (model === undefined) return true;
    const bucket = this.#routes.get(routeKey) ?? new TokenBucket(model.ratePerSecond, model.burst);
    this.#routes.set(routeKey, bucket);
    return bucket.take();
  }
}
