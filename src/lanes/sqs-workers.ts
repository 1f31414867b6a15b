import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonService } from "../aws/json-client";
import { type Backoff, backoff } from "../backoff";
import { logWarning } from "../log";
import type { FanOutJobs, SharedPacket, Workers } from "../ports";
import { addReceipts, NOBODY_YET, type Receipt } from "../receipt";
import { sendBatches } from "./batches";
import type { Slice } from "./slices";

/** About how many members one slice may have: a few seconds of one worker. */
const MEMBERS_A_SLICE = 10_000;
/** How long a broadcast waits for its workers. Then they go on by themselves. */
const WAIT_MS = 20_000;
/** Kept of the invocation's time: an event that has not ended by then is delivered, and broadcast, again. */
const RESERVE_MS = 1000;
const POLL_MS: Backoff = { first: 50, last: 500, growth: 1.5 };

export interface WorkerOptions {
  /** URL of the FIFO queue of slices. */
  readonly url: string;
  readonly threshold: number;
  /** @default 20 seconds */
  readonly waitMs?: number;
}

/**
 * Cuts a broadcast into slices, each for one worker: a range of its members. The range is the message group, so two
 * broadcasts reach each member in the order in which they were cut.
 */
export class SqsWorkers implements Workers {
  readonly threshold: number;

  constructor(
    private readonly sqs: JsonService,
    private readonly jobs: FanOutJobs,
    private readonly options: WorkerOptions,
  ) {
    this.threshold = options.threshold;
  }

  async send(packet: SharedPacket, members: number, deadline: number): Promise<Receipt> {
    const id = randomUUID();
    await this.jobs.keep(id, packet);
    const all = this.jobs.cut(packet, members, MEMBERS_A_SLICE);
    await this.#send(all.map((range, part) => ({ id, part, range })));
    const until = Math.min(Date.now() + (this.options.waitMs ?? WAIT_MS), deadline - RESERVE_MS);
    return this.#await(id, all.length, { until, namespace: packet.namespace });
  }

  async #send(slices: readonly Slice[]): Promise<void> {
    await sendBatches(slices, async (some) => {
      const Entries = some.map((part) => ({
        Id: String(part.part),
        MessageBody: JSON.stringify(part),
        MessageGroupId: groupOf(part),
        MessageDeduplicationId: `${part.id}.${part.part}`,
      }));
      return this.sqs.call("SendMessageBatch", { QueueUrl: this.options.url, Entries });
    });
  }

  async #await(
    id: string,
    parts: number,
    { until, namespace }: { readonly until: number; readonly namespace: string },
  ): Promise<Receipt> {
    for (let look = 1; ; look++) {
      await sleep(backoff(look, POLL_MS));
      const found = await this.jobs.progresses(id);
      const done = found.filter(({ isDone }) => isDone).length;
      if (done < parts && Date.now() < until) continue;
      if (done < parts) logWarning("A broadcast is still being sent", { namespace, done, parts });
      return found.map(({ counts }) => counts).reduce(addReceipts, NOBODY_YET);
    }
  }
}

/** Names of groups have 128 characters at most; those of partitions may be longer. */
function groupOf({ range: { partition, after, to } }: Slice): string {
  return createHash("sha256").update(`${partition} ${after} ${to}`).digest("base64url");
}
