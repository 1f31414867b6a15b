import { type Json, parseJson } from "../json";
import type { SendInput } from "../sqs/message";
import type { FunctionModel } from "../template/model";
import { isThrottled } from "./function";
import type { InvocationResult } from "./protocol";

/** Why Lambda has done with an event. */
export type Condition =
  | "Success"
  | "RetriesExhausted"
  | "EventAgeExceeded"
  | "ZeroReservedConcurrency";

/** How the last attempt ended. */
export type Outcome = InvocationResult;

/** An event as its records tell of it. */
export interface Recorded {
  readonly target: { readonly model: Pick<FunctionModel, "arn"> };
  readonly event: Json;
  readonly requestId: string;
  readonly runs: number;
}

/**
 * The record of an event for a destination; a response only where the function has run.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export function record(
  { target, event, requestId, runs }: Recorded,
  condition: Condition,
  outcome?: Outcome,
): SendInput {
  const hasRun = outcome !== undefined && !isThrottled(outcome);
  return {
    MessageBody: JSON.stringify({
      version: "1.0",
      timestamp: new Date().toISOString(),
      requestContext: {
        requestId,
        functionArn: `${target.model.arn}:$LATEST`,
        condition,
        approximateInvokeCount: runs,
      },
      requestPayload: event,
      ...(hasRun && {
        responseContext: {
          statusCode: 200,
          executedVersion: "$LATEST",
          ...(!outcome.ok && { functionError: "Unhandled" }),
        },
        responsePayload: outcome.ok ? (parseJson(outcome.payload) ?? null) : outcome.error,
      }),
    }),
  };
}

/** An event for a dead-letter queue: its content, and in attributes what went wrong. */
export function deadLetter({ event, requestId }: Recorded, outcome?: Outcome): SendInput {
  const isRefused = outcome === undefined || isThrottled(outcome);
  const text = outcome && !outcome.ok ? outcome.error.errorMessage : "Rate Exceeded.";
  return {
    MessageBody: JSON.stringify(event),
    MessageAttributes: {
      RequestID: { DataType: "String", StringValue: requestId },
      ErrorCode: { DataType: "Number", StringValue: isRefused ? "429" : "200" },
      ErrorMessage: { DataType: "String", StringValue: text.slice(0, 1024) },
    },
  };
}
