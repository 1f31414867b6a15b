import type { EventFilter, Passed } from "../source";
import { passes, type Recorder } from "./recorder";
import type { StackReader } from "./stack-reader";

/** A page takes no more at a time; the rest is counted. */
const MOST_IN_BATCH = 200;
const BATCH_MS = 250;

type Hear = (batch: readonly Passed[], left: number) => void;

/** Live events of a recorder for one listener: filtered, in batches, so that a flood takes no page down. */
export class Feed {
  constructor(
    private readonly recorder: Recorder,
    private readonly reader: StackReader,
  ) {}

  /** Begins with the latest that were recorded. */
  listen(filter: EventFilter, hear: Hear): () => void {
    const batch = new Map<number, Passed>();
    let left = 0;
    let members = this.#members(filter);
    const flush = () => {
      if (batch.size === 0 && left === 0) return;
      hear([...batch.values()], left);
      batch.clear();
      left = 0;
    };
    const latest = [...this.recorder.latest()].filter(([passed, sockets]) =>
      passes(passed, sockets, filter, members),
    );
    for (const [passed] of latest.slice(-MOST_IN_BATCH)) batch.set(passed.id, passed);
    flush();
    const stop = this.recorder.listen((passed, sockets, isMore) => {
      const isKnown = isMore && batch.has(passed.id);
      if (!isKnown && !passes(passed, sockets, filter, members)) return;
      if (batch.size < MOST_IN_BATCH || batch.has(passed.id)) batch.set(passed.id, passed);
      else left += 1;
    });
    const timer = setInterval(() => {
      flush();
      members = this.#members(filter);
    }, BATCH_MS);
    timer.unref();
    return () => {
      stop();
      clearInterval(timer);
    };
  }

  /** As they were read last; the next look has what is read meanwhile. */
  #members({ namespace, room }: EventFilter): ReadonlySet<string> | undefined {
    if (!room) return undefined;
    this.reader.overview().catch(() => undefined);
    return this.reader.membersOf(namespace, room);
  }
}
