import { createHash } from "node:crypto";
import type { RecentAction } from "../../ports";
import type { Action } from "./actions";

/** Longer than the minute that docs/protocol.md promises, since a repetition may wait on its lane. */
const KEEP_MS = 90_000;
const MAX_ACTIONS = 64;
/** Of the answers together; beyond it the older ones are forgotten, but not their actions. */
const MAX_ANSWER_BYTES = 4096;

/**
 * The last actions of a JSON client that had an `id`, with what they were answered: a client that saw no
 * answer sends the same again, and it must not be carried out twice.
 */
export class RecentActions {
  #actions: readonly RecentAction[];
  #current: { readonly key: string; readonly answers: string[] } | undefined;
  #isNew = false;

  constructor(actions: readonly RecentAction[] = []) {
    this.#actions = actions.filter(({ at }) => at > Date.now() - KEEP_MS);
  }

  /** The answer to an action that was carried out; empty if it is not known. `undefined` for a new action. */
  answersTo(action: Action): readonly string[] | undefined {
    if (!isKept(action)) return undefined;
    const key = keyOf(action);
    return this.#actions.find((known) => known.key === key)?.answers;
  }

  /** An action is being carried out. */
  begin(action: Action): void {
    this.#current = isKept(action) ? { key: keyOf(action), answers: [] } : undefined;
  }

  /** It is being answered. */
  answer(texts: readonly string[]): void {
    this.#current?.answers.push(...texts);
  }

  /** It has succeeded: one that failed comes again and has to be carried out then. */
  commit(): void {
    if (!this.#current) return;
    const { key, answers } = this.#current;
    this.#current = undefined;
    const all = [...this.#actions, { key, at: Date.now(), answers }];
    this.#actions = withinLimits(all.slice(-MAX_ACTIONS));
    this.#isNew = true;
  }

  /** What the next batch has to know and the table does not. */
  get toKeep(): readonly RecentAction[] | undefined {
    return this.#isNew ? this.#actions : undefined;
  }
}

/** `ping` changes nothing, and a second `ack` does not count. */
function isKept({ action, id }: Action): boolean {
  return id !== undefined && action !== "ping" && action !== "ack";
}

/** A client that uses an id again for another action repeats nothing. */
function keyOf(action: Action): string {
  const hash = createHash("sha256").update(JSON.stringify(action)).digest();
  return hash.subarray(0, 16).toString("base64url");
}

function withinLimits(actions: readonly RecentAction[]): readonly RecentAction[] {
  let left = MAX_ANSWER_BYTES;
  const newestFirst = [...actions].reverse().map((action) => {
    left -= action.answers.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return left >= 0 ? action : { ...action, answers: [] };
  });
  return newestFirst.reverse();
}
