import type { Json, JsonObject } from "../json";
import { invalidParameter } from "./errors";

/** Bounds of numbers in requests. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html */
const BOUNDS = {
  MaxNumberOfMessages: [1, 10],
  DelaySeconds: [0, 900],
  VisibilityTimeout: [0, 43_200],
  WaitTimeSeconds: [0, 20],
} as const;

/** A number of a request; throws SQS's error if it is out of bounds, `undefined` if it is absent. */
export function boundedNumber(
  input: { readonly [name in keyof typeof BOUNDS]?: unknown },
  name: keyof typeof BOUNDS,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  const [least, most] = BOUNDS[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) {
    return value;
  }
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
  );
}

/** Whether a request asks for an attribute: by name, by `All`, or by the start of a name, as `prefix.*`. */
export function asksFor(
  input: JsonObject,
  lists: readonly string[],
): (attribute: string) => boolean {
  const asked = lists.flatMap((list) =>
    Array.isArray(input[list]) ? (input[list] as Json[]) : [],
  );
  return (attribute) =>
    asked.some(
      (name) =>
        name === "All" ||
        name === attribute ||
        (typeof name === "string" &&
          name.endsWith(".*") &&
          attribute.startsWith(name.slice(0, -2))),
    );
}
