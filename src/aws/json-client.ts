import { setTimeout as sleep } from "node:timers/promises";
import { newSkew } from "./clock-skew";
import type { HttpResponse } from "./http/response-reader";
import { type RetryOptions, RetryQuota } from "./retry-quota";
import { readError, ServiceError } from "./service-error";

/** An answer, or why no answer came. */
export type Answer = Omit<HttpResponse, "keepsAlive"> | { readonly lost: string };

/** The way to one service. */
export interface Transport {
  /** Sends one request, signed. Never rejects. */
  send(operation: string, body: string): Promise<Answer>;
  /** What the service's clock is ahead of ours, milliseconds. */
  skewMs: number;
  close(): void;
}

/** What a service of AWS answers. */
export type Output = Record<string, unknown>;

/** Calls operations of one service of AWS. */
export interface JsonService {
  /**
   * @param input as the service's API reference has it, in JSON
   * @param onRepeat called before the answer is handed over, if the request was sent again because the answer to an
   *   earlier try got lost: what is answered may then be what that try has left
   * @throws ServiceError
   */
  call(operation: string, input: object, onRepeat?: () => void): Promise<Output>;
}

/** Of the SDK of 2026: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
export const SDK_RETRIES = {
  dynamodb: { most: 4, firstPauseMs: 25 },
  sqs: { most: 3, firstPauseMs: 50 },
} satisfies Record<string, RetryOptions>;

/** Names of errors that a wrong clock may cause. */
const OF_THE_CLOCK = new Set([
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);

/** A client for the JSON protocol of AWS: retries, throttling and clock skew as the SDK has them. */
export class JsonClient implements JsonService {
  readonly #quota: RetryQuota;

  constructor(
    private readonly transport: Transport,
    retries: RetryOptions,
    private readonly wait: (ms: number) => Promise<unknown> = sleep,
  ) {
    this.#quota = new RetryQuota(retries);
  }

  async call(operation: string, input: object, onRepeat?: () => void): Promise<Output> {
    const body = JSON.stringify(input);
    let isInDoubt = false;
    let cost: number | undefined;
    for (let tries = 1; ; tries++) {
      const answer = await this.transport.send(operation, body);
      const error = failureOf(answer);
      if (!error) {
        this.#quota.restore(cost);
        if (isInDoubt) onRepeat?.();
        return "body" in answer && answer.body ? JSON.parse(answer.body) : {};
      }
      const retry = this.#quota.ask(error, tries);
      if (retry === undefined && !(tries === 1 && this.#adjustClock(error, answer))) {
        if (isInDoubt) onRepeat?.();
        throw error;
      }
      isInDoubt ||= error.status === undefined || error.status >= 500;
      cost = retry?.cost;
      if (retry) await this.wait(retry.pauseMs);
    }
  }

  close(): void {
    this.transport.close();
  }

  /** Whether a refused signature was the clock's fault; the answer says what time it is there. */
  #adjustClock({ name }: ServiceError, answer: Answer): boolean {
    if (!OF_THE_CLOCK.has(name) || "lost" in answer) return false;
    const skewMs = newSkew(answer.head, this.transport.skewMs);
    if (skewMs === undefined) return false;
    this.transport.skewMs = skewMs;
    return true;
  }
}

function failureOf(answer: Answer): ServiceError | undefined {
  if ("lost" in answer) return new ServiceError("TimeoutError", answer.lost);
  return answer.status < 300 ? undefined : readError(answer);
}
