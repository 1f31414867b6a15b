import { setTimeout as sleep } from "node:timers/promises";
import { logError } from "../src/log";
import { countInvocations, isInvoked } from "./invocations";

/** What an application lets escape from its handlers: errors in timers and streams, rejections that it forgot. */

/** A batch that is in flight. */
interface Batch {
  abandon(): Promise<void>;
}

/** The parts of `process` that are used here. */
export interface EndingProcess {
  on(
    event: "uncaughtException" | "unhandledRejection",
    listener: (error: unknown) => void,
  ): unknown;
  removeAllListeners(event: "unhandledRejection"): unknown;
  listenerCount(event: "uncaughtException" | "unhandledRejection"): number;
  exit(code: number): unknown;
}

/** A process that cannot be trusted any more waits for SQS no longer than this. */
const LONGEST_FAREWELL_MS = 1000;
/** A runtime that begins no invocation in ten such pauses has failed. One long pause could be over with a freeze. */
const PAUSES = 10;
const PAUSE_MS = 100;

let held: Batch | undefined;
let whileLoading: ((error: unknown) => void) | undefined;

/** Names the batch that has to be given up should the process end. */
export function holdBatch(batch: Batch): void {
  held = batch;
}

/** Hands over what escapes, while an application is being loaded: under `node`, it would not start. */
export function divertEscapes(take: ((error: unknown) => void) | undefined): void {
  whileLoading = take;
}

/** Listens for what escapes, in the one process of a function that runs the application. */
export function watchEscapes(its: EndingProcess = process): void {
  let isEnding = false;
  its.on("uncaughtException", (error) => {
    // An application with a listener of its own decides itself, as in any process of Node.
    if (isEnding || its.listenerCount("uncaughtException") > 1) return;
    if (whileLoading) return whileLoading(error);
    isEnding = true;
    logError("An error escaped and ends the container", error);
    void giveUp()
      .catch((refusal) => logError("Cannot give up a batch", refusal))
      .finally(() => its.exit(1));
  });
  // A promise that an application forgot must not take other connections with it, as it would by the
  // listener of Lambda's runtime, which ends the process.
  its.removeAllListeners("unhandledRejection");
  its.on("unhandledRejection", (error) => {
    if (whileLoading && its.listenerCount("unhandledRejection") === 1) return whileLoading(error);
    if (isInvoked()) logError("The application left a rejection", error);
    else void judge(error);
  });
}

/** Node ends with 1 at an uncaught exception; SQS would keep what is in flight for the whole visibility timeout. */
async function giveUp(): Promise<void> {
  const farewell = held?.abandon();
  await Promise.race([farewell, sleep(LONGEST_FAREWELL_MS)]);
}

/**
 * Outside of invocations a rejection is the runtime's own, which then asks for no more of them; or the application's,
 * from an invocation that has ended.
 *
 * @throws the runtime's own, so that it ends the process as without a listener
 */
async function judge(error: unknown): Promise<void> {
  logError("A rejection was left outside of invocations", error);
  const before = countInvocations();
  for (let n = 0; n < PAUSES; n++) {
    await sleep(PAUSE_MS);
    if (countInvocations() > before) return;
  }
  setImmediate(() => {
    throw error;
  });
}
