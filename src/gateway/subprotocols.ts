import { isSubprotocol } from "../settings/subprotocols";

/**
 * Which subprotocol of those that a client offers is answered. A client that offers some fails a connection
 * whose answer names none of them, or another.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */

const HEADER = "sec-websocket-protocol";

export interface OfferEvent {
  readonly headers?: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>> | null;
}

/** Those that a client offers, the one that it likes best first. */
export function offeredSubprotocols({ headers, multiValueHeaders }: OfferEvent): string[] {
  // A header that comes twice is whole in the second only.
  const lines = find(multiValueHeaders) ?? [find(headers) ?? ""];
  return lines
    .join(",")
    .split(",")
    .map((name) => name.trim())
    .filter(isSubprotocol);
}

function find<T>(headers: Readonly<Record<string, T>> | null | undefined): T | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === HEADER)?.[1];
}
