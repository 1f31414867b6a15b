import { checkConnectionLimits } from "../src/connection-limits";
import { Env } from "../src/names";
import { checkRoomLimits } from "../src/room-limits";
import { DEFAULT_SPENDING } from "../src/spending/charges";
import type { RoomsProps } from "./rooms-props";

/**
 * What the construct's properties become in the functions' environment. Each checks what it is given, so that a
 * mistake is found by synth and not by the first connection.
 */
type VariableProps = Partial<RoomsProps>;

export function originsVariable({
  allowedOrigins: origins,
}: VariableProps): Record<string, string> {
  if (origins === undefined) return {};
  // All of them, said in so many words.
  if (origins.length === 1 && origins[0] === "*") return { [Env.origins]: "*" };
  for (const origin of origins) {
    if (/^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[^\s/*]+$/i.test(origin)) continue;
    throw new TypeError(
      `Cannot check origins: expected one like "https://example.com" or "https://*.example.com", got ${JSON.stringify(origin)}`,
    );
  }
  // An empty list is a list too: then no browser connects.
  return { [Env.origins]: origins.join(" ") || "none" };
}

export function subprotocolsVariable({
  subprotocols: names,
}: VariableProps): Record<string, string> {
  if (names === undefined) return {};
  const isToken = (name: string) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
  const wrong = names.find((name) => !isToken(name));
  if (wrong === undefined && names.length > 0) return { [Env.subprotocols]: names.join(" ") };
  throw new TypeError(
    `Cannot accept subprotocols: expected names like "chat.v1", got ${JSON.stringify(wrong ?? names)}`,
  );
}

export function spendingVariable({
  spendingPerAddress: dollars = DEFAULT_SPENDING,
}: VariableProps): Record<string, string> {
  if (dollars === Number.POSITIVE_INFINITY) return {};
  if (dollars > 0) return { [Env.spendingPerAddress]: String(dollars) };
  throw new RangeError(
    `Cannot limit spending: expected spendingPerAddress above 0, got ${dollars}; Infinity counts nothing`,
  );
}

export function addressVariable({ addressHeader: name }: VariableProps): Record<string, string> {
  if (name === undefined) return {};
  const header = name.toLowerCase();
  if (header === "x-forwarded-for") {
    throw new TypeError(
      "Cannot read addresses: expected a header that only a proxy writes, got X-Forwarded-For, which begins with the client's own text; CloudFront's is CloudFront-Viewer-Address",
    );
  }
  if (/^[a-z0-9-]+$/.test(header)) return { [Env.addressHeader]: header };
  throw new TypeError(
    `Cannot read addresses: expected addressHeader to name a header, got ${JSON.stringify(name)}`,
  );
}

export function paceVariable({ maxPostsPerSecond: most }: VariableProps): Record<string, string> {
  if (most === undefined) return {};
  if (most > 0) return { [Env.maxPostsPerSecond]: String(most) };
  throw new RangeError(`Cannot post: expected maxPostsPerSecond above 0, got ${most}`);
}

export function thresholdVariable({ fanOutThreshold = 20_000 }: VariableProps): string {
  if (fanOutThreshold >= 1) return String(fanOutThreshold);
  throw new RangeError(
    `Cannot fan out: expected fanOutThreshold of 1 or more, got ${fanOutThreshold}`,
  );
}

export function limitsVariables({ limits, ...props }: VariableProps): Record<string, string> {
  if (limits) checkRoomLimits(limits);
  return {
    ...(limits && { [Env.limits]: JSON.stringify(limits) }),
    ...connectionLimitsVariable(props),
  };
}

export function connectionLimitsVariable({
  connectionLimits: limits,
}: VariableProps): Record<string, string> {
  if (limits) checkConnectionLimits(limits);
  return limits ? { [Env.connectionLimits]: JSON.stringify(limits) } : {};
}
