/** What API Gateway tells a client in a text frame, leaving the connection open. */
export type FrameError =
  | "Forbidden"
  | "Internal server error"
  | "Endpoint request timed out"
  | "Too Many Requests";

/** Byte for byte as captured: a space after the first colon and the first comma, none after later colons. */
export function errorFrame(message: FrameError, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}
