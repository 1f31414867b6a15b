import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoff, jitter } from "../backoff";
import { count } from "../metrics";
import {
  type ConnectionId,
  type Delivery,
  type Frame,
  MAX_MESSAGE_BYTES,
  type Outcome,
} from "../ports";
import { ConnectionQueue } from "./connection-queue";
import type { Connections } from "./connections";
import { PostThrottle } from "./post-throttle";
import type { Poster } from "./poster";

/** Milliseconds between the tries of a post. */
const PAUSES: Backoff = { first: 50, last: 2000 };
const MAX_RETRIES = 5;
/**
 * Pauses while an upgrade is completed. Nothing tells when the 101 has been sent, and a post before
 * it is answered 410. https://repost.aws/knowledge-center/410-gone-api-gateway
 */
const UPGRADE_PAUSES_MS = [10, 20, 50, 100, 200, 400, 800, 1500];

export interface DeliveryOptions {
  /** Posts a second of this process. @default - as fast as it can */
  readonly maxPostsPerSecond?: number;
}

/** Posts frames through the management API (`@connections`). */
export class ManagementDelivery implements Delivery {
  readonly #throttle: PostThrottle;
  readonly #queue = new ConnectionQueue();
  #connections: Promise<Connections> | undefined;

  /** @param loadConnections called at first use: most invocations need none of these calls */
  constructor(
    private readonly poster: Pick<Poster, "post">,
    private readonly loadConnections: () => Promise<Connections>,
    { maxPostsPerSecond = Number.POSITIVE_INFINITY }: DeliveryOptions = {},
  ) {
    this.#throttle = new PostThrottle(maxPostsPerSecond, PAUSES);
  }

  send(
    id: ConnectionId,
    frames: readonly Frame[],
    { awaitUpgrade = false } = {},
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#queue.add(id, () => {
        void this.#sendAll(id, frames, awaitUpgrade).then((outcome) => {
          this.#end(id, outcome);
          resolve(outcome);
        });
      });
    });
  }

  deliver(id: ConnectionId, frames: readonly Frame[], done: (outcome: Outcome) => void): void {
    const [frame] = frames;
    const isSimple = frame !== undefined && frames.length === 1 && !this.#queue.isSending(id);
    if (!isSimple || frame.bytes.byteLength > MAX_MESSAGE_BYTES) {
      return void this.send(id, frames).then(done);
    }
    this.#queue.add(id, () => {
      const turn = this.#throttle.turn();
      if (turn) void turn.then(() => this.#postFirst(id, frame, done));
      else this.#postFirst(id, frame, done);
    });
  }

  /** Most posts are accepted at once, and cost no promise. */
  #postFirst(id: ConnectionId, frame: Frame, done: (outcome: Outcome) => void): void {
    const end = (outcome: Outcome) => {
      this.#end(id, outcome);
      done(outcome);
    };
    this.poster.post(id, frame, (status) => {
      const outcome = this.#judge(id, status);
      if (outcome !== "again") end(outcome);
      else void this.#post(id, frame, status).then(end);
    });
  }

  #end(id: ConnectionId, outcome: Outcome): void {
    count(COUNTERS[outcome]);
    this.#queue.end(id);
  }

  async reachable(id: ConnectionId, { awaitUpgrade = false } = {}): Promise<boolean> {
    const look = async () => ((await (await this.#rare()).exists(id)) ? "delivered" : "gone");
    return (awaitUpgrade ? await untilUpgraded(look) : await look()) === "delivered";
  }

  async close(id: ConnectionId): Promise<void> {
    return (await this.#rare()).close(id);
  }

  #rare(): Promise<Connections> {
    this.#connections ??= this.loadConnections();
    return this.#connections;
  }

  async #sendAll(
    id: ConnectionId,
    frames: readonly Frame[],
    awaitUpgrade: boolean,
  ): Promise<Outcome> {
    // Half a packet would make a stock client take the next one for the rest of it.
    if (frames.some(({ bytes }) => bytes.byteLength > MAX_MESSAGE_BYTES)) return "failed";
    // Two posts to one connection at a time would have no order, so each is awaited.
    for (const frame of frames) {
      const outcome = awaitUpgrade
        ? await untilUpgraded(() => this.#post(id, frame))
        : await this.#post(id, frame);
      if (outcome !== "delivered") return outcome;
    }
    return "delivered";
  }

  /** Posts until that has an outcome. @param status what the last try was answered, if there was one */
  async #post(id: ConnectionId, frame: Frame, status?: number): Promise<Outcome> {
    let last = status;
    for (let retry = last === undefined ? 0 : 1; ; retry++) {
      // Also when throttled, since that may concern this connection alone; the others go on.
      if (retry > 0) await sleep(pauseBefore(retry, last));
      await this.#throttle.turn();
      last = await new Promise<number>((resolve) => this.poster.post(id, frame, resolve));
      const outcome = this.#judge(id, last);
      if (outcome !== "again") return outcome;
      if (retry >= MAX_RETRIES) return last === 429 ? "throttled" : "failed";
    }
  }

  #judge(id: ConnectionId, status: number): Outcome | "again" {
    if (status >= 200 && status < 300) {
      this.#throttle.accepted();
      return "delivered";
    }
    if (status === 410) return "gone";
    if (status === 429) this.#throttle.refused(id);
    // 0: no answer at all. Other refusals would come again.
    return status === 0 || status === 429 || status >= 500 ? "again" : "failed";
  }
}

/** A client that reads slowly is given at least half of the time. */
function pauseBefore(retry: number, status: number | undefined): number {
  return jitter(backoff(retry, PAUSES), status === 429 ? 0.5 : 0);
}

const COUNTERS = {
  delivered: "PostsDelivered",
  gone: "PostsGone",
  throttled: "PostsThrottled",
  failed: "PostsFailed",
} as const;

async function untilUpgraded(attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (const pause of UPGRADE_PAUSES_MS) {
    const outcome = await attempt();
    if (outcome !== "gone") return outcome;
    await sleep(pause);
  }
  return attempt();
}
