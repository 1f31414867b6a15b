import { createHash } from "node:crypto";
import { invalidParameter, missingParameter, SqsError } from "./errors";

/** A typed message attribute. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

/** Input of SendMessage. */
export interface SendInput {
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

/** A message in a queue. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAt: number;
  firstReceivedAt: number | undefined;
  receives: number;
  /** Handle of the latest receipt, while the message is in flight. */
  receipt: string | undefined;
  /** Handles of receipts after which it was visible again. */
  readonly expiredReceipts: Set<string>;
  /** Stops its return to the queue, or its arrival after a delay. */
  stop: (() => void) | undefined;
}

/** MD5 as SQS reports it, which SDK clients check. */
export function md5(value: string | Buffer): string {
  return createHash("md5").update(value).digest("hex");
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttribute>>,
): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType, StringValue, BinaryValue } = attributes[name]!;
    const value =
      BinaryValue === undefined
        ? Buffer.from(StringValue ?? "")
        : Buffer.from(BinaryValue, "base64");
    const kind = Buffer.from([BinaryValue === undefined ? 1 : 2]);
    return [
      ...prefixed(Buffer.from(name)),
      ...prefixed(Buffer.from(DataType)),
      kind,
      ...prefixed(value),
    ];
  });
  return md5(Buffer.concat(parts));
}

function prefixed(value: Buffer): Buffer[] {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return [length, value];
}

/**
 * Everything outside #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF is refused:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming them is the point.
const invalidCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;
const identifier = /^[a-zA-Z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** Body of a message that SQS accepts; throws its error otherwise. */
export function checkBody(input: SendInput, maximumBytes: number): string {
  const body = input.MessageBody;
  if (body === undefined || body === "") throw missingParameter("MessageBody");
  if (invalidCharacters.test(body)) {
    throw new SqsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  }
  checkAttributes(input.MessageAttributes ?? {});
  if (sizeOf(input) > maximumBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
  return body;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const names = Object.keys(attributes);
  if (names.length > 10) {
    throw invalidParameter(
      `Number of message attributes [${names.length}] exceeds the allowed maximum [10].`,
    );
  }
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name]!;
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType)) {
      throw invalidParameter(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    }
    const value = DataType.startsWith("Binary") ? BinaryValue : StringValue;
    if (!value) {
      throw invalidParameter(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
      );
    }
  }
}

/** Bytes that count: the body, and names, types and values of attributes. */
export function sizeOf(input: SendInput): number {
  let bytes = Buffer.byteLength(input.MessageBody ?? "");
  for (const [name, attribute] of Object.entries(input.MessageAttributes ?? {})) {
    const { DataType, StringValue = "", BinaryValue = "" } = attribute;
    bytes +=
      Buffer.byteLength(name + DataType + StringValue) + Buffer.byteLength(BinaryValue, "base64");
  }
  return bytes;
}

/** A group or deduplication id that SQS accepts; throws its error otherwise. */
export function checkIdentifier(name: string, value: string): string {
  if (identifier.test(value)) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
