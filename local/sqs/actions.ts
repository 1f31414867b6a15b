import type { Json, JsonObject } from "../json";
import { asksFor, boundedNumber } from "./bounds";
import { invalidParameter, missingParameter, nonExistentQueue, SqsError } from "./errors";
import { type Message, md5, md5OfAttributes, type SendInput, sizeOf } from "./message";
import {
  listDeadLetterSourceQueues,
  listMessageMoveTasks,
  startMessageMoveTask,
} from "./move-tasks";
import type { Queue } from "./queue";
import type { Queues } from "./queues";
import { systemAttributes } from "./record";

type Action = (input: JsonObject, queues: Queues) => JsonObject | Promise<JsonObject>;

interface BatchEntry extends SendInput {
  readonly Id?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

const maximumBatchBytes = 1_048_576;

/** The operations of SQS that are spoken here, by name. Input and output as in the API reference. */
export const actions: Readonly<Record<string, Action>> = {
  GetQueueUrl: (input, queues) => ({
    QueueUrl: queues.byName(String(input.QueueName ?? "")).model.url,
  }),
  GetQueueAttributes: (input, queues) => queueAttributes(queueOf(input, queues)),
  SendMessage: (input, queues) => accepted(queueOf(input, queues), input as SendInput),
  SendMessageBatch: (input, queues) => {
    return sendBatch(queueOf(input, queues), input);
  },
  ReceiveMessage: (input, queues) => receive(queueOf(input, queues), input),
  DeleteMessage: (input, queues) => {
    return remove(queueOf(input, queues), input as BatchEntry);
  },
  DeleteMessageBatch: (input, queues) => {
    const queue = queueOf(input, queues);
    return inBatch(entriesOf(input), (entry) => remove(queue, entry));
  },
  ChangeMessageVisibility: (input, queues) =>
    changeVisibility(queueOf(input, queues), input as BatchEntry),
  ChangeMessageVisibilityBatch: (input, queues) => {
    const queue = queueOf(input, queues);
    return inBatch(entriesOf(input), (entry) => changeVisibility(queue, entry));
  },
  ListDeadLetterSourceQueues: (input, queues) =>
    listDeadLetterSourceQueues(queueOf(input, queues), queues),
  StartMessageMoveTask: startMessageMoveTask,
  ListMessageMoveTasks: listMessageMoveTasks,
};

/**
 * Deleting with an old handle succeeds without an effect. Of a FIFO queue's message that has been visible again others
 * have seen it refused, in these words.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 */
function remove(queue: Queue, entry: BatchEntry): JsonObject {
  const receipt = receiptOf(entry);
  if (!queue.delete(receipt) && queue.hasExpired(receipt)) {
    throw invalidParameter(
      `Value ${receipt} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
  }
  return {};
}

/** `SendMessageBatch`: throws if it is refused as a whole. */
export function sendBatch(queue: Queue, input: JsonObject): JsonObject {
  const entries = entriesOf(input);
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > maximumBatchBytes) {
    throw new SqsError(
      "AWS.SimpleQueueService.BatchRequestTooLong",
      `Batch requests cannot be longer than ${maximumBatchBytes} bytes. You have sent ${bytes} bytes.`,
      "BatchRequestTooLong",
    );
  }
  return inBatch(entries, (entry) => accepted(queue, entry));
}

function queueOf(input: JsonObject, queues: Queues): Queue {
  if (typeof input.QueueUrl !== "string") throw missingParameter("QueueUrl");
  return queues.byUrl(input.QueueUrl);
}

function changeVisibility(queue: Queue, entry: BatchEntry): JsonObject {
  const seconds = boundedNumber(entry, "VisibilityTimeout");
  if (seconds === undefined) throw missingParameter("VisibilityTimeout");
  if (queue.changeVisibility(receiptOf(entry), seconds * 1000)) return {};
  throw invalidParameter(
    "Reason: Message does not exist or is not available for visibility timeout change.",
  );
}

function receiptOf(entry: BatchEntry): string {
  if (!entry.ReceiptHandle) throw missingParameter("ReceiptHandle");
  return entry.ReceiptHandle;
}

function accepted(queue: Queue, input: SendInput): JsonObject {
  const { id, sequenceNumber } = queue.send(input);
  const attributes = md5OfAttributes(input.MessageAttributes ?? {});
  return {
    MessageId: id,
    MD5OfMessageBody: md5(input.MessageBody ?? ""),
    ...(attributes !== undefined && { MD5OfMessageAttributes: attributes }),
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
  };
}

function entriesOf(input: JsonObject): BatchEntry[] {
  const entries = (Array.isArray(input.Entries) ? input.Entries : []) as unknown as BatchEntry[];
  const refuse = (shape: string, message: string) =>
    new SqsError(`AWS.SimpleQueueService.${shape}`, message, shape);
  if (entries.length === 0) {
    throw refuse("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > 10) {
    const message = `Maximum number of entries per request are 10. You have sent ${entries.length}.`;
    throw refuse("TooManyEntriesInBatchRequest", message);
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw refuse(
      "BatchEntryIdsNotDistinct",
      "Two or more batch entries in the request have the same Id.",
    );
  }
  return entries;
}

/** One refused entry does not stop the others. */
function inBatch(
  entries: readonly BatchEntry[],
  run: (entry: BatchEntry) => JsonObject,
): JsonObject {
  const Successful: Json[] = [];
  const Failed: Json[] = [];
  for (const entry of entries) {
    const Id = entry.Id ?? null;
    try {
      Successful.push({ Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

async function receive(queue: Queue, input: JsonObject): Promise<JsonObject> {
  const maximum = boundedNumber(input, "MaxNumberOfMessages") ?? 1;
  const visibility = boundedNumber(input, "VisibilityTimeout");
  const waitMs = (boundedNumber(input, "WaitTimeSeconds") ?? 0) * 1000;
  if (!queue.hasMessages && waitMs > 0) await availability(queue, waitMs);
  const messages = queue.receive(
    maximum,
    visibility === undefined ? queue.model.visibilityTimeoutMs : visibility * 1000,
  );
  return messages.length > 0
    ? { Messages: messages.map((message) => received(message, input)) }
    : {};
}

function availability(queue: Queue, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      stopWaiting();
      stop();
      resolve();
    };
    const stopWaiting = queue.clock.after(waitMs, finish);
    const stop = queue.onAvailable(finish);
  });
}

/** With the attributes that the request asks for. */
function received(message: Message, input: JsonObject): JsonObject {
  const system = pick(
    systemAttributes(message),
    asksFor(input, ["AttributeNames", "MessageSystemAttributeNames"]),
  );
  const own = pick(message.attributes, asksFor(input, ["MessageAttributeNames"]));
  const attributes = md5OfAttributes(own);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt ?? "",
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(attributes !== undefined && {
      MessageAttributes: own as unknown as JsonObject,
      MD5OfMessageAttributes: attributes,
    }),
  };
}

function pick<T>(
  record: Readonly<Record<string, T>>,
  isAsked: (name: string) => boolean,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => isAsked(name)));
}

function queueAttributes(queue: Queue): JsonObject {
  const { model, depth } = queue;
  if (model === undefined) throw nonExistentQueue();
  return {
    Attributes: {
      QueueArn: model.arn,
      ApproximateNumberOfMessages: String(depth.visible),
      ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
      ApproximateNumberOfMessagesDelayed: String(depth.delayed),
      VisibilityTimeout: String(model.visibilityTimeoutMs / 1000),
      MaximumMessageSize: String(model.maximumMessageBytes),
      DelaySeconds: String(model.delayMs / 1000),
      ...(model.fifo && {
        FifoQueue: "true",
        ContentBasedDeduplication: String(model.contentBasedDeduplication),
      }),
      ...(model.deadLetter && {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: model.deadLetter.arn,
          maxReceiveCount: model.deadLetter.maximumReceives,
        }),
      }),
    },
  };
}
