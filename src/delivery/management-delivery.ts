import { setTimeout as sleep } from "node:timers/promises";
import { count } from "../metrics";
import {
  type ConnectionId,
  type Delivery,
  type Frame,
  MAX_MESSAGE_BYTES,
  type Outcome,
} from "../ports";
import type { Connections } from "./connections";
import { PostThrottle } from "./post-throttle";
import type { Poster } from "./poster";

/** Failed posts are tried again, at first after about this long, then after twice that … */
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 2000;
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
  /**
   * Connections that are being sent to, each with what waits for that: two lanes in one process never
   * interleave.
   */
  readonly #sending = new Map<ConnectionId, (() => void)[]>();

  constructor(
    private readonly poster: Pick<Poster, "post">,
    private readonly connections: Connections,
    { maxPostsPerSecond = Number.POSITIVE_INFINITY }: DeliveryOptions = {},
  ) {
    this.#throttle = new PostThrottle(maxPostsPerSecond, {
      firstMs: FIRST_PAUSE_MS,
      lastMs: LAST_PAUSE_MS,
    });
  }

  send(
    id: ConnectionId,
    frames: readonly Frame[],
    { awaitUpgrade = false } = {},
  ): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#queue(id, () => {
        void this.#sendAll(id, frames, awaitUpgrade).then((outcome) => {
          this.#end(id, outcome);
          resolve(outcome);
        });
      });
    });
  }

  deliver(id: ConnectionId, frames: readonly Frame[], done: (outcome: Outcome) => void): void {
    const [frame] = frames;
    const isSimple = frame !== undefined && frames.length === 1 && !this.#sending.has(id);
    if (!isSimple || frame.bytes.byteLength > MAX_MESSAGE_BYTES) {
      return void this.send(id, frames).then(done);
    }
    this.#sending.set(id, NOBODY);
    const turn = this.#throttle.turn();
    if (turn) void turn.then(() => this.#postFirst(id, frame, done));
    else this.#postFirst(id, frame, done);
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

  /** Starts what is to be sent to a connection when what came before it has been. */
  #queue(id: ConnectionId, start: () => void): void {
    const waiting = this.#sending.get(id);
    if (waiting === undefined) {
      this.#sending.set(id, NOBODY);
      start();
    } else if (waiting === NOBODY) this.#sending.set(id, [start]);
    else waiting.push(start);
  }

  #end(id: ConnectionId, outcome: Outcome): void {
    count(COUNTERS[outcome]);
    const next = this.#sending.get(id)?.shift();
    if (next) next();
    else this.#sending.delete(id);
  }

  async reachable(id: ConnectionId, { awaitUpgrade = false } = {}): Promise<boolean> {
    const look = async () => ((await this.connections.exists(id)) ? "delivered" : "gone");
    return (awaitUpgrade ? await untilUpgraded(look) : await look()) === "delivered";
  }

  close(id: ConnectionId): Promise<void> {
    return this.connections.close(id);
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
  const longest = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (retry - 1));
  return status === 429 ? longest * (0.5 + Math.random() / 2) : longest * Math.random();
}

const COUNTERS = {
  delivered: "PostsDelivered",
  gone: "PostsGone",
  throttled: "PostsThrottled",
  failed: "PostsFailed",
} as const;

/** Shared by all connections for which nothing waits. Never added to. */
const NOBODY: (() => void)[] = [];

async function untilUpgraded(attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (const pause of UPGRADE_PAUSES_MS) {
    const outcome = await attempt();
    if (outcome !== "gone") return outcome;
    await sleep(pause);
  }
  return attempt();
}
