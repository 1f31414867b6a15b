import type { Refusal } from "../iam/signature";

/** An error that SQS answers, with the code of its query protocol. */
export class SqsError extends Error {
  constructor(
    /** Code of the query protocol, which SDKs show as the error's code. */
    readonly code: string,
    message: string,
    /** Name of the shape in the JSON protocol, where it differs from the code. */
    readonly shape: string = code,
    /** HTTP status of a client's mistake. */
    readonly status: 400 | 403 = 400,
  ) {
    super(message);
    this.name = "SqsError";
  }
}

/** A parameter that must be there is not. */
export function missingParameter(name: string): SqsError {
  const message = `The request must contain the parameter ${name}.`;
  return new SqsError("MissingParameter", message, "MissingRequiredParameterException");
}

/** A parameter has a value that SQS does not take. */
export function invalidParameter(message: string): SqsError {
  return new SqsError("InvalidParameterValue", message, "InvalidParameterValueException");
}

/** The queue of a request does not exist. */
export function nonExistentQueue(): SqsError {
  return new SqsError(
    "AWS.SimpleQueueService.NonExistentQueue",
    "The specified queue does not exist.",
    "QueueDoesNotExist",
  );
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
const UNAUTHENTICATED: Readonly<Record<Refusal["kind"], readonly [code: string, shape: string]>> = {
  unsigned: ["MissingAuthenticationToken", "MissingAuthenticationTokenException"],
  "unknown key": ["InvalidClientTokenId", "UnrecognizedClientException"],
  "wrong service": ["SignatureDoesNotMatch", "InvalidSignatureException"],
  expired: ["SignatureDoesNotMatch", "InvalidSignatureException"],
  "wrong signature": ["SignatureDoesNotMatch", "InvalidSignatureException"],
};

/** The signature of a request is missing or not that of a known key. */
export function unauthenticated({ kind, message }: Refusal): SqsError {
  const [code, shape] = UNAUTHENTICATED[kind];
  return new SqsError(code, message, `com.amazon.coral.service#${shape}`, 403);
}
