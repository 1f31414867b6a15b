import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
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

const FIRST_PAUSE_SECONDS = 1;
const LAST_PAUSE_SECONDS = 300;

/**
 * Lets failed messages come back soon: after a second, then two, then four … Left alone they come back when the
 * queue's visibility timeout is over, which is six times the function's: minutes, in which their lane stands still.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function retrySoon(
  sqs: Pick<SQSClient, "send">,
  queueUrl: string,
  failed: readonly FailedMessage[],
): Promise<void> {
  const entries = failed.flatMap(({ messageId, receiptHandle, receives }) =>
    receiptHandle === undefined
      ? []
      : [{ Id: messageId, ReceiptHandle: receiptHandle, VisibilityTimeout: pauseAfter(receives) }],
  );
  if (entries.length === 0) return;
  try {
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
  } catch (error) {
    // They come back all the same, only later.
    logError("Cannot let messages come back soon", error);
  }
}

function pauseAfter(receives: number): number {
  return Math.min(LAST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (receives - 1));
}
