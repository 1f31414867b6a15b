import type { JsonObject } from "../json";
import { Local } from "../template/names";
import { type Message, md5 } from "./message";
import type { Queue } from "./queue";

/** System attributes of a received message, as ReceiveMessage and Lambda events carry them. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAt),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    SenderId: Local.accessKeyId,
    ...(message.deduplicationId !== undefined && {
      MessageDeduplicationId: message.deduplicationId,
    }),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  };
}

/** One of the `Records` of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function lambdaRecord(message: Message, queue: Queue): JsonObject {
  const messageAttributes: JsonObject = {};
  for (const [name, attribute] of Object.entries(message.attributes)) {
    const { DataType, StringValue, BinaryValue } = attribute;
    messageAttributes[name] = {
      ...(StringValue !== undefined && { stringValue: StringValue }),
      ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    };
  }
  return {
    messageId: message.id,
    receiptHandle: message.receipt ?? "",
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes,
    md5OfBody: md5(message.body),
    eventSource: "aws:sqs",
    eventSourceARN: queue.model.arn,
    awsRegion: Local.region,
  };
}
