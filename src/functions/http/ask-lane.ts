import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Backoff, backoff } from "../../backoff";
import type { RequestEvent } from "../../lanes/events";
import { logError, logWarning } from "../../log";
import { SiteHeader } from "../../names";
import type { Requests } from "../../ports";
import type { HttpEvent, HttpResult } from "./events";
import { pack, unpack } from "./packing";
import { plainResult } from "./result-of";

/** What a request takes to the lane and back. */
export interface LanePorts {
  readonly requests: Requests;
  send(event: RequestEvent): Promise<void>;
}

/**
 * SQS takes 1 MiB, base64 included: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 * and Lambda 6 MB for a batch of ten. Less than a quarter, so that ten of them fit a batch.
 */
const MOST_IN_MESSAGE = 160_000;
/** Kept of the function's time for the answer of a request that has taken all of its own. */
const ANSWER_MS = 1500;
/** As for acks: see `host/ack-collector.ts`. */
const PAUSES_MS: Backoff = { first: 10, last: 200, growth: 1.5 };

/**
 * Puts a request on the lane of the application and waits for its answer in the table. Never throws.
 *
 * @param deadline when to stop waiting, epoch milliseconds
 */
export async function askLane(
  ports: LanePorts,
  event: HttpEvent,
  deadline: number,
): Promise<HttpResult> {
  const id = randomUUID();
  const route = `${event.requestContext.http.method} ${event.rawPath}`;
  try {
    await send(ports, id, event, deadline - ANSWER_MS);
    const answer = await awaitAnswer(ports.requests, id, deadline);
    if (answer) return unpack<HttpResult>(answer);
    logWarning("A request was not answered in time by the lane of the application", { route });
    return plainResult(504, "Gateway Timeout: the application has not answered in time");
  } catch (error) {
    logError("Cannot ask the application for an answer", error, { route });
    return plainResult(503, "Service Unavailable");
  }
}

async function send(
  { requests, send }: LanePorts,
  id: string,
  event: HttpEvent,
  until: number,
): Promise<void> {
  const { [SiteHeader.secret]: _secret, ...headers } = event.headers;
  const packed = pack({ ...event, headers });
  const isInMessage = packed.length <= MOST_IN_MESSAGE;
  if (!isInMessage) await requests.put(id, packed);
  const body = isInMessage ? { body: packed.toString("base64") } : {};
  await send({ type: "request", connectionId: id, until, ...body });
}

async function awaitAnswer(
  requests: Requests,
  id: string,
  deadline: number,
): Promise<Uint8Array | undefined> {
  for (let look = 1; Date.now() < deadline; look++) {
    await sleep(Math.min(backoff(look, PAUSES_MS), deadline - Date.now()));
    const answer = await requests.readAnswer(id);
    if (answer) return answer;
  }
  return undefined;
}
