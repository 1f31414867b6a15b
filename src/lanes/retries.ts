import type { JsonService } from "../aws/json-client";
import { type Backoff, backoff } from "../backoff";
import { logError } from "../log";

/** A message as its delivery names it. */
export interface Message {
  readonly messageId: string;
  readonly receiptHandle: string | undefined;
  readonly body: string;
  /** Absent on a standard queue. */
  readonly groupId: string | undefined;
  /** How often it has been delivered, this time included. */
  readonly receives: number;
}

/** What of it is needed to let it come back soon. */
export type FailedMessage = Pick<Message, "messageId" | "receiptHandle" | "receives">;

/** Seconds. */
const PAUSES: Backoff = { first: 1, last: 300 };

/**
 * Lets failed messages come back soon: after a second, then two, then four … Left alone they come back when the
 * queue's visibility timeout is over, which is six times the function's: minutes, in which their lane stands still.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function retrySoon(
  sqs: JsonService,
  queueUrl: string,
  failed: readonly FailedMessage[],
): Promise<void> {
  return comeBack(sqs, queueUrl, failed, pauseAfter);
}

/** Lets messages come back at once, to another invocation. */
export function giveBack(
  sqs: JsonService,
  queueUrl: string,
  messages: readonly FailedMessage[],
): Promise<void> {
  return comeBack(sqs, queueUrl, messages, () => 0);
}

async function comeBack(
  sqs: JsonService,
  queueUrl: string,
  messages: readonly FailedMessage[],
  pause: (receives: number) => number,
): Promise<void> {
  const entries = messages.flatMap(({ messageId, receiptHandle, receives }) =>
    receiptHandle === undefined
      ? []
      : [{ Id: messageId, ReceiptHandle: receiptHandle, VisibilityTimeout: pause(receives) }],
  );
  if (entries.length === 0) return;
  try {
    await sqs.call("ChangeMessageVisibilityBatch", { QueueUrl: queueUrl, Entries: entries });
  } catch (error) {
    // They come back all the same, only later.
    logError("Cannot let messages come back soon", error);
  }
}

function pauseAfter(receives: number): number {
  return backoff(receives, PAUSES);
}

/**
 * Deletes messages while their invocation goes on. What cannot be deleted is deleted by its return.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessageBatch.html
 */
export async function forget(
  sqs: JsonService,
  queueUrl: string,
  handled: readonly Pick<Message, "messageId" | "receiptHandle">[],
): Promise<void> {
  const entries = handled.flatMap(({ messageId, receiptHandle }) =>
    receiptHandle === undefined ? [] : [{ Id: messageId, ReceiptHandle: receiptHandle }],
  );
  if (entries.length === 0) return;
  try {
    await sqs.call("DeleteMessageBatch", { QueueUrl: queueUrl, Entries: entries });
  } catch (error) {
    logError("Cannot delete messages before their invocation ends", error);
  }
}
