import type { Delivery, Frame, Member, Outcome, ProtocolId } from "../ports";
import { NOBODY_YET, type Receipt } from "../receipt";

/**
 * How many recipients are posted to at a time: enough for the pool to see how many connections pay, few
 * enough that a page too many does not wait in memory.
 */
const CONCURRENCY = 4096;

export interface FanOut {
  readonly pages: AsyncIterable<readonly Member[]>;
  /** The frames for a protocol; called once for each protocol that has a recipient. */
  readonly frames: (protocol: ProtocolId) => readonly Frame[];
  /** Whether a member is to be sent anything; all are if absent. */
  readonly admits?: (member: Member) => boolean | Promise<boolean>;
  readonly onGone: (member: Member) => void;
}

/**
 * Sends one packet to many members, `CONCURRENCY` at a time. Posting starts with the first page,
 * while the next is still being read. A recipient that fails holds up no other.
 *
 * Rejects, when all have ended, with the first error that is not a recipient's: a packet that cannot
 * be encoded, pages that cannot be read.
 */
export async function fanOut(delivery: Delivery, job: FanOut): Promise<Receipt> {
  const receipt: Record<Outcome, number> = { ...NOBODY_YET };
  const encoded = new Map<ProtocolId, readonly Frame[]>();
  const framesFor = (protocol: ProtocolId) => {
    const frames = encoded.get(protocol) ?? job.frames(protocol);
    encoded.set(protocol, frames);
    return frames;
  };
  const deliver: Delivery["deliver"] =
    delivery.deliver?.bind(delivery) ??
    ((id, frames, done) => void delivery.send(id, frames).then(done));
  const post = (member: Member, done: () => void) =>
    deliver(member.connectionId, framesFor(member.protocol), (outcome) => {
      receipt[outcome]++;
      if (outcome === "gone") job.onGone(member);
      done();
    });
  await forEach(job.pages, (member, done) => {
    const admitted = job.admits?.(member) ?? true;
    if (admitted === true) post(member, done);
    else if (admitted === false) done();
    else return admitted.then((isAdmitted) => (isAdmitted ? post(member, done) : done()));
    return undefined;
  });
  return receipt;
}

/**
 * Calls `work` for every item of every page, with bounded concurrency; the next page is read while
 * items of the last are still at work. Rejects with the first error when all have ended.
 *
 * @param work calls `done` once, or throws or rejects instead.
 */
async function forEach<T>(
  pages: AsyncIterable<readonly T[]>,
  work: (item: T, done: () => void) => Promise<void> | undefined,
): Promise<void> {
  let running = 0;
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  const done = () => {
    running--;
    wake();
  };
  const fail = (error: unknown) => {
    failure ??= { error };
    done();
  };
  const start = (item: T) => {
    running++;
    try {
      work(item, done)?.catch(fail);
    } catch (error) {
      // What cannot be sent to one may still be sent to others, who speak otherwise.
      fail(error);
    }
  };
  const untilAtMost = async (most: number) => {
    while (running > most) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  try {
    for await (const page of pages) {
      for (const item of page) {
        start(item);
        if (running >= CONCURRENCY) await untilAtMost(CONCURRENCY - 1);
      }
    }
  } catch (error) {
    failure ??= { error };
  }
  await untilAtMost(0);
  if (failure) throw failure.error;
}
