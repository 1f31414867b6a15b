import { createHash } from "node:crypto";
import type { QueueModel } from "../template/model";
import { invalidParameter, missingParameter } from "./errors";
import { checkIdentifier, type SendInput } from "./message";

/** The group of a message and by what it is known again; throws SQS's error where the queue needs them and they are missing. */
export function checkOrder(
  model: QueueModel,
  input: SendInput,
  body: string,
): { groupId: string | undefined; deduplicationId: string | undefined } {
  if (!model.fifo) {
    const { MessageGroupId: group } = input;
    // Standard queues take a group id since 2025, for fairness only; it does not order anything.
    return {
      groupId: group && checkIdentifier("MessageGroupId", group),
      deduplicationId: undefined,
    };
  }
  if (!input.MessageGroupId) throw missingParameter("MessageGroupId");
  if (input.DelaySeconds) {
    throw invalidParameter(
      `Value ${input.DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type`,
    );
  }
  const groupId = checkIdentifier("MessageGroupId", input.MessageGroupId);
  if (input.MessageDeduplicationId) {
    const given = checkIdentifier("MessageDeduplicationId", input.MessageDeduplicationId);
    return { groupId, deduplicationId: given };
  }
  if (!model.contentBasedDeduplication) {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: createHash("sha256").update(body).digest("hex") };
}
