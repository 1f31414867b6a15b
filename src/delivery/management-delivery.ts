import { setTimeout as sleep } from "node:timers/promises";
import {
  type ConnectionId,
  type Delivery,
  type Frame,
  MAX_MESSAGE_BYTES,
  type Outcome,
} from "../ports";
import type { Connections } from "./connections";
import type { Poster } from "./poster";

/** Throttled and failed posts are tried again, at first after about this long, then after twice that … */
const FIRST_PAUSE_MS = 50;
const MAX_RETRIES = 5;
/**
 * Pauses while an upgrade is completed. Nothing tells when the 101 has been sent, and a post before
 * it is answered 410. https://repost.aws/knowledge-center/410-gone-api-gateway
 */
const UPGRADE_PAUSES_MS = [10, 20, 50, 100, 200, 400, 800, 1500];

/** Posts frames through the management API (`@connections`). */
export class ManagementDelivery implements Delivery {
  constructor(
    private readonly poster: Poster,
    private readonly connections: Connections,
  ) {}

  /** What is being sent to a connection, so that two lanes in one process never interleave. */
  readonly #sending = new Map<ConnectionId, Promise<unknown>>();

  send(
    id: ConnectionId,
    frames: readonly Frame[],
    options?: { readonly awaitUpgrade?: boolean },
  ): Promise<Outcome> {
    const before = this.#sending.get(id) ?? Promise.resolve();
    const sent = before.then(() => this.#sendAll(id, frames, options));
    this.#sending.set(id, sent);
    return sent.finally(() => {
      if (this.#sending.get(id) === sent) this.#sending.delete(id);
    });
  }

  async #sendAll(
    id: ConnectionId,
    frames: readonly Frame[],
    { awaitUpgrade = false } = {},
  ): Promise<Outcome> {
    // Two posts to one connection at a time would have no order, so each is awaited.
    for (const frame of frames) {
      const post = () => this.#postWithRetries(id, frame);
      const outcome = awaitUpgrade ? await untilUpgraded(post) : await post();
      if (outcome !== "delivered") return outcome;
    }
    return "delivered";
  }

  async reachable(id: ConnectionId, { awaitUpgrade = false } = {}): Promise<boolean> {
    const look = async () => ((await this.connections.exists(id)) ? "delivered" : "gone");
    return (awaitUpgrade ? await untilUpgraded(look) : await look()) === "delivered";
  }

  close(id: ConnectionId): Promise<void> {
    return this.connections.close(id);
  }

  async #postWithRetries(id: ConnectionId, frame: Frame): Promise<Outcome> {
    if (frame.bytes.byteLength > MAX_MESSAGE_BYTES) return "failed";
    for (let retry = 0; ; retry++) {
      const outcome = outcomeOf(await this.poster.post(id, frame));
      if (outcome === "delivered" || outcome === "gone") return outcome;
      if (outcome === "refused") return "failed";
      if (retry === MAX_RETRIES) return outcome;
      // Full jitter, so that clients throttled together do not come back together.
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** retry);
    }
  }
}

/** Outcomes of one post. `failed` may go better another time, `refused` will not. */
function outcomeOf(status: number): Outcome | "refused" {
  if (status >= 200 && status < 300) return "delivered";
  if (status === 410) return "gone";
  if (status === 429) return "throttled";
  // 0: no answer at all (connection reset, timeout).
  return status === 0 || status >= 500 ? "failed" : "refused";
}

async function untilUpgraded(attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (const pause of UPGRADE_PAUSES_MS) {
    const outcome = await attempt();
    if (outcome !== "gone") return outcome;
    await sleep(pause);
  }
  return attempt();
}
