import { machineClock } from "../../local/clock";
import { isObject, type JsonObject } from "../../local/json";
import { actions } from "../../local/sqs/actions";
import { SqsError } from "../../local/sqs/errors";
import { Queues } from "../../local/sqs/queues";
import type { QueueModel } from "../../local/template/model";
import type { Answer, JsonService } from "../../src/aws/json-client";
import { MAX_RECEIVES, MAX_SLICE_RECEIVES } from "../../src/names";
import { currentContainer } from "./container";
import type { Scheduler } from "./scheduler";
import { answer, clientOf, lostAnswer, type Request } from "./service";

const DEDUPLICATION_MS = 5 * 60 * 1000;

/** The queues of a stack, with their timeouts in milliseconds. */
export interface Visibility {
  readonly lane: number;
  readonly fanOut: number;
}

export function createQueues(visibility: Visibility): Queues {
  const models = [
    ...pair("lane.fifo", visibility.lane),
    ...pair("application.fifo", visibility.lane / 4),
    ...pair("delays", visibility.lane),
    ...pair("fan-out.fifo", visibility.fanOut, MAX_SLICE_RECEIVES),
  ];
  const timings = {
    // The process is virtual, and so are its timers.
    clock: machineClock,
    deduplicationMs: DEDUPLICATION_MS,
    maximumVisibilityMs: Number.POSITIVE_INFINITY,
  };
  return new Queues(models, timings);
}

/** SQS as one container reaches it. */
export function createSqs(scheduler: Scheduler, queues: Queues): JsonService {
  return clientOf("sqs", (request) => call(scheduler, queues, request));
}

function call(
  scheduler: Scheduler,
  queues: Queues,
  { operation: name, body }: Request,
): Promise<Answer> {
  const container = currentContainer();
  return scheduler.call(`sqs ${name}`, async () => {
    const fault = scheduler.faults.call(container, scheduler.clock.now);
    if (fault === "throttle" || fault === "fail") return refusal("InternalError", 500, "");
    const response = await serve(queues, name, body);
    if (fault === "lose answer") return lostAnswer();
    return response;
  });
}

async function serve(queues: Queues, name: string, body: string): Promise<Answer> {
  const input: unknown = JSON.parse(body);
  const action = actions[name];
  if (!action || !isObject(input as JsonObject)) return refusal("InvalidAction", 400, name);
  try {
    return answer(200, await action(input as JsonObject, queues));
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return refusal(error.shape, 400, error.message);
  }
}

function refusal(shape: string, status: number, message: string): Answer {
  return answer(status, { __type: `com.amazonaws.sqs#${shape}`, message });
}

/** A queue and its dead letters. */
function pair(
  name: string,
  visibilityTimeoutMs: number,
  maximumReceives = MAX_RECEIVES,
): QueueModel[] {
  const fifo = name.endsWith(".fifo");
  const model = (own: string, deadLetter: QueueModel["deadLetter"]): QueueModel => ({
    ...{ logicalId: own, name: own, arn: `arn:${own}`, url: `https://simulated/1/${own}` },
    ...{ fifo, contentBasedDeduplication: false, deduplicatesPerGroup: true },
    ...{ visibilityTimeoutMs, delayMs: 0, maximumMessageBytes: 1_048_576, deadLetter },
  });
  const dead = model(`dead-${name}`, undefined);
  return [model(name, { arn: dead.arn, maximumReceives }), dead];
}
