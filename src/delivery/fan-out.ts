import type { Delivery, Frame, Member, Outcome, Protocol } from "../ports";

/** How many recipients are posted to at a time. */
const CONCURRENCY = 100;

/** What became of a broadcast, by outcome. */
export type Receipt = Record<Outcome, number>;

export interface FanOut {
  readonly pages: AsyncIterable<readonly Member[]>;
  /** The frames for a protocol; called once for each protocol that has a recipient. */
  readonly frames: (protocol: Protocol) => readonly Frame[];
  /** Whether a member is to be sent anything; all are if absent. */
  readonly admits?: (member: Member) => boolean | Promise<boolean>;
  readonly onGone: (member: Member) => void;
}

/**
 * Sends one packet to many members, `CONCURRENCY` at a time. Posting starts with the first page,
 * while the next is still being read. A recipient that fails holds up nobody else.
 */
export async function fanOut(delivery: Delivery, job: FanOut): Promise<Receipt> {
  const receipt: Receipt = { delivered: 0, gone: 0, throttled: 0, failed: 0 };
  const encoded = new Map<Protocol, readonly Frame[]>();
  const framesFor = (protocol: Protocol) => {
    const frames = encoded.get(protocol) ?? job.frames(protocol);
    encoded.set(protocol, frames);
    return frames;
  };
  const send = async (member: Member) => {
    if (job.admits && !(await job.admits(member))) return;
    const outcome = await delivery.send(member.connectionId, framesFor(member.protocol));
    receipt[outcome]++;
    if (outcome === "gone") job.onGone(member);
  };
  await forEach(job.pages, send);
  return receipt;
}

/**
 * Calls `work` for every item of every page, with bounded concurrency and one page read ahead; rejects
 * with the first error when all have ended.
 */
async function forEach<T>(
  pages: AsyncIterable<readonly T[]>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  for await (const page of pages) {
    for (const item of page) {
      const done: Promise<void> = work(item)
        .catch((error) => {
          failure ??= { error };
        })
        .finally(() => running.delete(done));
      running.add(done);
      if (running.size >= CONCURRENCY) await Promise.race(running);
    }
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}
