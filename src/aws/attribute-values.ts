/**
 * Values as DynamoDB's JSON writes them: `{"S":"text"}`, numbers as texts, bytes in base64. The same as
 * `@aws-sdk/util-dynamodb` makes and reads, without its detour over byte arrays and document types.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
  readonly NULL?: true;
  readonly L?: readonly AttributeValue[];
  readonly M?: AttributeMap;
  readonly SS?: readonly string[];
  readonly NS?: readonly string[];
  readonly BS?: readonly string[];
}

export type AttributeMap = Readonly<Record<string, AttributeValue>>;

/** An item or a key; what is `undefined` is left out. `Object.fromEntries` makes a name of `__proto__`, too. */
export function toAttributes(item: object): AttributeMap {
  const entries = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, toAttribute(value)]));
}

export function fromAttributes(attributes: AttributeMap): Record<string, unknown> {
  const entries = Object.entries(attributes);
  return Object.fromEntries(entries.map(([name, value]) => [name, fromAttribute(value)]));
}

function toAttribute(value: unknown): AttributeValue {
  switch (typeof value) {
    case "string":
      return { S: value };
    case "number":
      return { N: numberText(value) };
    case "boolean":
      return { BOOL: value };
    case "object":
      return value === null ? { NULL: true } : toNested(value);
    default:
      throw new TypeError(`Cannot store: expected what DynamoDB can hold, got ${typeof value}`);
  }
}

function toNested(value: object): AttributeValue {
  if (Array.isArray(value)) return { L: value.filter((one) => one !== undefined).map(toAttribute) };
  if (value instanceof Uint8Array) return { B: base64(value) };
  if (value instanceof Set) return toSet([...value]);
  const entries = value instanceof Map ? Object.fromEntries(value) : value;
  return { M: toAttributes(entries as Record<string, unknown>) };
}

function toSet(values: readonly unknown[]): AttributeValue {
  if (values.length === 0)
    throw new TypeError("Cannot store: expected a set of something, got an empty one");
  if (values.every((one) => typeof one === "string")) return { SS: values };
  if (values.every((one) => typeof one === "number")) return { NS: values.map(numberText) };
  if (values.every((one) => one instanceof Uint8Array)) return { BS: values.map(base64) };
  throw new TypeError("Cannot store: expected a set of texts, numbers or bytes, got a mixed one");
}

function numberText(number: number): string {
  if (Number.isInteger(number) ? Number.isSafeInteger(number) : Number.isFinite(number))
    return String(number);
  throw new RangeError(`Cannot store: expected a number that keeps its value, got ${number}`);
}

function fromAttribute(attribute: AttributeValue): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.M !== undefined) return fromAttributes(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.B !== undefined) return bytesOf(attribute.B);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.SS !== undefined) return new Set(attribute.SS);
  if (attribute.NS !== undefined) return new Set(attribute.NS.map(Number));
  if (attribute.BS !== undefined) return new Set(attribute.BS.map(bytesOf));
  return null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, "base64");
}
