import { defined } from "../defined";
import type { ConnectionRecord, Handshake } from "../ports";
import { DECLARATIONS } from "../protocols/declarations";
import type { Declaration } from "../protocols/protocol";
import { shorten } from "../protocols/shorten";
import { type AddressedEvent, addressOf } from "./address";
import { type SiteView, viewOfSite } from "./site";
import { type OfferEvent, offeredSubprotocols } from "./subprotocols";

/** Statuses of refusals: RFC 6585 has one for what is too large. */
type RefusalStatus = 400 | 403 | 431;

/** The fields of API Gateway's CONNECT event that are read here; others may be absent or null. */
export interface ConnectEvent extends OfferEvent, AddressedEvent {
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly requestContext: {
    readonly connectionId: string;
    readonly connectedAt: number;
    readonly stage: string;
    readonly identity?: { readonly sourceIp?: string } | null;
  };
}

export type ConnectDecision =
  | {
      readonly ok: true;
      readonly connection: ConnectionRecord;
      /** The answer to a client that offers subprotocols. */
      readonly subprotocol?: string;
    }
  /** The status becomes the answer to the upgrade request. */
  | { readonly ok: false; readonly statusCode: RefusalStatus; readonly message: string };

/** What a stack asks of new connections. */
export interface ConnectRules {
  /** Whether pages of a web origin may connect. @default - all may */
  readonly isAllowed?: (origin: string) => boolean;
  /** Whether a subprotocol is accepted. @default - all are */
  readonly isSpoken?: (subprotocol: string) => boolean;
  /** Bytes of what is kept of the request. @default - any number */
  readonly mostBytes?: number;
  /** What clients may speak. @default - Socket.IO and JSON actions */
  readonly protocols?: readonly Declaration[];
  /** See `addressOf`. */
  readonly addressHeader?: string | undefined;
  /** What a handshake that comes through the site brings. @default - there is no site */
  readonly originSecret?: string | undefined;
  /** Whether others are refused. @default false */
  readonly siteOnly?: boolean;
}

/** Decides what a new connection speaks, and keeps of its request what no later event repeats. */
export function admit(event: ConnectEvent, rules: ConnectRules = {}): ConnectDecision {
  const { isAllowed, isSpoken = () => true, mostBytes = Number.POSITIVE_INFINITY } = rules;
  const { protocols = DECLARATIONS } = rules;
  const site = viewOfSite(event.headers, rules.originSecret);
  if (rules.siteOnly && !site.isThroughSite) {
    const message = "Cannot connect: expected a client of the site, got one of API Gateway itself";
    return { ok: false, statusCode: 403, message };
  }
  const origin = originOf(event);
  // Browsers always send it, and a page cannot forge it; other clients need not.
  if (origin !== undefined && isAllowed?.(origin) === false) {
    const message = `Cannot connect: expected one of the allowed origins, got ${JSON.stringify(shorten(origin))}`;
    return { ok: false, statusCode: 403, message };
  }
  const query = event.queryStringParameters ?? {};
  const protocol = protocols.find((one) => one.recognizes(query));
  if (!protocol) {
    return { ok: false, statusCode: 400, message: "Cannot connect: expected a known protocol" };
  }
  const refusal = protocol.refuse(query);
  if (refusal) return { ok: false, statusCode: 400, message: refusal };
  const offered = offeredSubprotocols(event);
  const subprotocol = offered.find(isSpoken);
  // Without one of them in the answer the client would connect and leave at once, which tells an operator nothing.
  if (offered.length > 0 && subprotocol === undefined) {
    const got = JSON.stringify(shorten(offered.join(", ")));
    const message = `Cannot connect: expected one of the accepted subprotocols, got ${got}`;
    return { ok: false, statusCode: 400, message };
  }
  const { connectionId, connectedAt } = event.requestContext;
  const address = site.address ?? addressOf(event, rules.addressHeader);
  const handshake = readHandshake(event, protocol, { ...site, address });
  const bytes = Buffer.byteLength(JSON.stringify(handshake));
  if (bytes > mostBytes) {
    const message = `Cannot connect: expected at most ${mostBytes} bytes of headers and query, got ${bytes}`;
    return { ok: false, statusCode: 431, message };
  }
  const { id: protocolId } = protocol;
  const sockets = new Map();
  const connection = { id: connectionId, protocol: protocolId, handshake, connectedAt, sockets };
  return { ok: true, connection, ...(subprotocol !== undefined && { subprotocol }) };
}

function originOf({ headers }: ConnectEvent): string | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "origin")?.[1];
}

/** Headers of the WebSocket's own making and of AWS's plumbing: nothing that an application reads. */
const IGNORED_HEADERS =
  /^(sec-websocket-(key|version|extensions)|x-amzn-trace-id|x-forwarded-p.*|x-lambda-rooms-.*)$/;

function readHandshake(
  { headers, queryStringParameters, requestContext }: ConnectEvent,
  protocol: Declaration,
  { address, host, path }: SiteView & { readonly address: string },
): Handshake {
  const all = queryStringParameters ?? {};
  const { query, recover } = protocol.takeSession?.(all) ?? { query: all };
  // Names come in the client's own case, or all in lower case behind some custom domains.
  const entries = Object.entries(headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const search = new URLSearchParams(query).toString();
  const kept = Object.fromEntries(entries.filter(([name]) => !IGNORED_HEADERS.test(name)));
  return {
    // The last address that AWS has seen is CloudFront's.
    headers: host === undefined ? kept : { ...kept, host, "x-forwarded-for": address },
    query: { ...query },
    address,
    url: `${path ?? `/${requestContext.stage}/`}${search && `?${search}`}`,
    ...defined({ recover }),
  };
}
