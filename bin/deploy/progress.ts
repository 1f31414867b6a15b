import { setTimeout as sleep } from "node:timers/promises";
import { type AwsCalls, AwsError } from "../aws/calls";
import { eventsSince, type StackEvent } from "../aws/stack";
import { describeResource, type Template } from "./words";

const POLL_MS = 1500;
const NO_RESOURCES: Template = { Resources: {} };

const DONE: Readonly<Record<string, string>> = {
  CREATE_COMPLETE: "created",
  UPDATE_COMPLETE: "updated",
  DELETE_COMPLETE: "deleted",
  DELETE_SKIPPED: "kept",
  IMPORT_COMPLETE: "imported",
};

/** Where progress is written: stderr, so that stdout has results alone. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** What becomes of the resources of a stack: one line for each; on a terminal also one for those under way. */
export class Progress {
  /** The first resource that failed by itself. */
  failure: { readonly what: string; readonly reason: string } | undefined;
  total: number | undefined;
  #done = 0;
  readonly #running = new Map<string, { readonly what: string; readonly since: number }>();

  constructor(
    private readonly template: Template = NO_RESOURCES,
    private readonly screen: Screen = process.stderr,
    private readonly now: () => number = Date.now,
  ) {}

  note(event: StackEvent): void {
    const { logicalId, type, status, reason, at } = event;
    if (type === "AWS::CloudFormation::Stack") return;
    const what = describeResource(logicalId, type, this.template);
    if (status.endsWith("_IN_PROGRESS")) {
      if (!this.#running.has(logicalId)) this.#running.set(logicalId, { what, since: at });
      return;
    }
    const { since } = this.#running.get(logicalId) ?? {};
    this.#running.delete(logicalId);
    const seconds = since === undefined ? "" : `  ${Math.round((at - since) / 1000)} s`;
    if (status.endsWith("_FAILED")) {
      // CloudFormation cancels what was under way beside the one that failed.
      const isCancelled = /cancelled/i.test(reason);
      if (!isCancelled) this.failure ??= { what, reason };
      return this.#line(`${isCancelled ? "cancelled" : "FAILED"}  ${what}${seconds}  ${reason}`);
    }
    this.#done++;
    this.#line(`${this.#count()}  ${(DONE[status] ?? status).padEnd(7)}  ${what}${seconds}`);
  }

  /** On a terminal, what is under way; it is written over. */
  show(): void {
    if (!this.screen.isTTY || this.#running.size === 0) return;
    const longest = [...this.#running.values()].sort((a, b) => a.since - b.since);
    const names = longest.map(({ what }) => what).join(", ");
    const seconds = Math.round((this.now() - (longest[0]?.since ?? 0)) / 1000);
    const text = `${this.#count()}  ${seconds} s  ${names}`;
    this.screen.write(`\r\u001b[K${text.slice(0, (this.screen.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.screen.isTTY) this.screen.write("\r\u001b[K");
  }

  #count(): string {
    const count = String(this.#done).padStart(3);
    return this.total === undefined ? count : `${count} of ${this.total}`;
  }

  #line(text: string): void {
    this.clear();
    this.screen.write(`${text}\n`);
  }
}

/** Hands what happens to a stack to `progress`, until `isOver` says that it is. */
export async function follow(
  { calls, stack, known }: { calls: AwsCalls; stack: string; known: string | undefined },
  progress: Progress,
  isOver: () => Promise<boolean> | boolean,
): Promise<void> {
  let last = known;
  for (;;) {
    // Asked first, so that the last events are read after the end.
    const over = await isOver();
    const events = await eventsSince(calls, stack, last).catch(absent);
    for (const event of events) progress.note(event);
    last = events.at(-1)?.eventId ?? last;
    progress.show();
    if (over) return progress.clear();
    await sleep(POLL_MS);
  }
}

/** A stack that is not there yet, or no more; and a moment's throttle, after which the next round reads the same. */
function absent(error: unknown): StackEvent[] {
  if (
    error instanceof AwsError &&
    /does not exist|Throttling/.test(`${error.code} ${error.said}`)
  ) {
    return [];
  }
  if (error instanceof TypeError || (error as Error).name === "TimeoutError") return [];
  throw error;
}
