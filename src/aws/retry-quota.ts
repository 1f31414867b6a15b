import { type Backoff, backoff, jitter } from "../backoff";
import type { ServiceError } from "./service-error";

/**
 * Which failures the AWS SDKs try again, when, and how often: their standard mode, as in version 2026 of it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
const THROTTLED = new Set([
  "BandwidthLimitExceeded",
  "EC2ThrottledException",
  "LimitExceededException",
  "PriorRequestNotComplete",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "SlowDown",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);
const TRANSIENT = new Set(["TimeoutError", "RequestTimeout", "RequestTimeoutException"]);
const TRANSIENT_STATUSES = new Set([500, 502, 503, 504]);

const THROTTLED_PAUSES_MS: Backoff = { first: 1000, last: 20_000 };
const CAPACITY = 500;
const COST = 14;
const THROTTLED_COST = 5;

export interface RetryOptions {
  /** Tries of one request, the first included. */
  readonly most: number;
  /** The longest first pause, milliseconds. */
  readonly firstPauseMs: number;
}

export type Retry = { readonly pauseMs: number; readonly cost: number };

/** A client's tries together: where everything fails, trying all of it again would only be more load. */
export class RetryQuota {
  #capacity = CAPACITY;

  constructor(private readonly options: RetryOptions) {}

  /** What another try costs and when it may begin; `undefined` if the request has failed. @param tries how many there were */
  ask(error: ServiceError, tries: number): Retry | undefined {
    const isThrottled = error.status === 429 || THROTTLED.has(error.name);
    if (!isThrottled && !isTransient(error)) return undefined;
    const cost = isThrottled ? THROTTLED_COST : COST;
    if (tries >= this.options.most || this.#capacity < cost) return undefined;
    this.#capacity -= cost;
    const pauses = { first: this.options.firstPauseMs, last: THROTTLED_PAUSES_MS.last };
    return { cost, pauseMs: jitter(backoff(tries, isThrottled ? THROTTLED_PAUSES_MS : pauses)) };
  }

  /** A request has succeeded. @param cost of its last try, if it needed more than one */
  restore(cost = 1): void {
    this.#capacity = Math.min(CAPACITY, this.#capacity + cost);
  }
}

function isTransient({ name, status }: ServiceError): boolean {
  return status === undefined || TRANSIENT.has(name) || TRANSIENT_STATUSES.has(status);
}
