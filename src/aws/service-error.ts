import type { HttpResponse } from "./http/response-reader";

/** Why a service of AWS has refused or failed, under the name that its documentation gives. */
export class ServiceError extends Error {
  /** HTTP status of the answer; `undefined` if none came. */
  readonly status: number | undefined;
  /** By which AWS's support finds the request. */
  readonly requestId: string | undefined;

  constructor(
    name: string,
    message: string,
    { status, requestId }: { readonly status?: number; readonly requestId?: string } = {},
  ) {
    super(message);
    this.name = name;
    this.status = status;
    this.requestId = requestId;
  }
}

/** An answer in `application/x-amz-json-1.0`. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export function readError({ status, head, body }: Omit<HttpResponse, "keepsAlive">): ServiceError {
  const told = parse(body);
  const type = String(told.__type ?? told.code ?? headerOf(head, "x-amzn-errortype") ?? "");
  // `com.amazonaws.dynamodb.v20120810#ThrottlingException:http://…`
  const name = type.replace(/^.*#/, "").replace(/:.*$/, "") || "UnknownError";
  const message = String(told.message ?? told.Message ?? `HTTP status ${status}`);
  const requestId = headerOf(head, "x-amzn-requestid");
  return new ServiceError(name, message, { status, ...(requestId !== undefined && { requestId }) });
}

export function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`\\r\\n${name}[ \\t]*:[ \\t]*([^\\r]*)`, "i").exec(head)?.[1];
}

function parse(body: string): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(body);
    return typeof told === "object" && told !== null ? (told as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
