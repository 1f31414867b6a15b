import type { HttpEvent } from "../../src/functions/http/events";

/** A request as a function URL hands it to its function. */
export function httpEvent(method: string, path: string, more: Partial<HttpEvent> = {}): HttpEvent {
  return {
    ...{ rawPath: path, headers: { host: "example.com" } },
    requestContext: { http: { method, sourceIp: "192.0.2.7" } },
    ...more,
  };
}
