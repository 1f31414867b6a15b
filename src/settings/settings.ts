import { functionNames } from "../names";
import { writeAddressHeader } from "./address-header";
import {
  type ConnectionLimits,
  checkConnectionLimits,
  readConnectionLimits,
} from "./connection-limits";
import { checkLogLevel, type LogLevel } from "./log-level";
import { readOrigins, writeOrigins } from "./origins";
import { checkRoomLimits, type RoomLimits } from "./room-limits";
import type { Setting } from "./setting";
import { writeSpending } from "./spending";
import { readSubprotocols, writeSubprotocols } from "./subprotocols";

/**
 * The settings, named as the properties of the construct that they are (`props.ts`). To add one, add the property and
 * its entry here: the construct, `--context` and the functions' environment follow. Constants of their own, so that a
 * bundle holds those that its function reads.
 */

const APPLICATION = ["lane", "application", "publish", "http"] as const;
const POSTING = ["lane", "application", "heartbeat", "publish", "fanout", "http"] as const;

/** A shorter one can be guessed. A token of CDK, which stands for a value of the deployment, is longer. */
const SHORTEST_SECRET = 16;

/** Which web origins may connect. */
export const allowedOrigins: Setting<readonly string[], (origin: string) => boolean> = {
  variable: "ALLOWED_ORIGINS",
  readers: ["connect"],
  write: (origins) => origins && writeOrigins(origins),
  read: readOrigins,
  parse: (text) => text.split(" "),
};

/** Which subprotocols are accepted. */
export const subprotocols: Setting<readonly string[], (name: string) => boolean> = {
  variable: "SUBPROTOCOLS",
  readers: ["connect"],
  write: (names) => names && writeSubprotocols(names),
  read: readSubprotocols,
  parse: (text) => text.split(" "),
};

/** Header of a proxy that holds a client's address, in lower case. */
export const addressHeader: Setting<string, string | undefined> = {
  variable: "ADDRESS_HEADER",
  readers: ["connect"],
  write: (name) => (name === undefined ? undefined : writeAddressHeader(name)),
  read: (text) => text,
  parse: (text) => text,
};

/** Whether clients that come past the site are refused. */
export const siteOnly: Setting<boolean, boolean> = {
  variable: "SITE_ONLY",
  readers: ["connect"],
  write: (value) => {
    if (value === undefined || typeof value === "boolean") return value ? "true" : undefined;
    throw new TypeError(
      `Cannot lock the site: expected siteOnly to be true or false, got ${JSON.stringify(value)}`,
    );
  },
  read: (text) => text === "true",
  parse: (text) => (text === "true" || text === "false" ? text === "true" : (text as never)),
};

/** What one connection may ask for. */
export const connectionLimits: Setting<Partial<ConnectionLimits>, ConnectionLimits> = {
  variable: "CONNECTION_LIMITS",
  readers: ["connect", "lane", "application", "publish", "http"],
  write: (limits) => {
    if (limits) checkConnectionLimits(limits);
    return limits && JSON.stringify(limits);
  },
  read: readConnectionLimits,
  parse: (text) => JSON.parse(text),
};

/** What one client may use of managed rooms. */
export const limits: Setting<Partial<RoomLimits>> = {
  variable: "ROOMS_LIMITS",
  readers: APPLICATION,
  write: (limits) => {
    if (limits) checkRoomLimits(limits);
    return limits && JSON.stringify(limits);
  },
  read: (text = "{}") => JSON.parse(text),
  parse: (text) => JSON.parse(text),
};

/** US dollars that the clients of one address may cost in an hour; `undefined` for any number. */
export const spendingPerAddress: Setting<number, number | undefined> = {
  variable: "SPENDING_PER_ADDRESS",
  readers: ["connect", "lane", "application"],
  write: writeSpending,
  read: readNumber,
  parse: Number,
};

/** Most posts a second of one function instance; `undefined` for as many as it can. */
export const maxPostsPerSecond: Setting<number, number | undefined> = {
  variable: "MAX_POSTS_PER_SECOND",
  readers: POSTING,
  write: (most) => {
    if (most === undefined || most > 0) return most === undefined ? most : String(most);
    throw new RangeError(`Cannot post: expected maxPostsPerSecond above 0, got ${most}`);
  },
  read: readNumber,
  parse: Number,
};

/** Whether timers below a second keep the application's lane awake. */
export const fastTimers: Setting<boolean, boolean> = {
  variable: "FAST_TIMERS",
  readers: ["application"],
  write: (value) => {
    if (value === undefined || typeof value === "boolean") return value ? "true" : undefined;
    throw new TypeError(
      `Cannot set timers: expected fastTimers to be true or false, got ${JSON.stringify(value)}`,
    );
  },
  read: (text) => text === "true",
  parse: (text) => (text === "true" || text === "false" ? text === "true" : (text as never)),
};

/** From about how many members on a broadcast is sent by several invocations. */
export const fanOutThreshold: Setting<number, number | undefined> = {
  variable: "FAN_OUT_THRESHOLD",
  readers: APPLICATION,
  write: (threshold = 20_000) => {
    if (threshold >= 1) return String(threshold);
    throw new RangeError(`Cannot fan out: expected fanOutThreshold of 1 or more, got ${threshold}`);
  },
  read: readNumber,
  parse: Number,
};

/** What requests and handshakes through the site bring in the header `x-lambda-rooms-origin`; `undefined` for nothing. */
export const originSecret: Setting<string, string | undefined> = {
  variable: "ORIGIN_SECRET",
  readers: ["connect", "http"],
  write: (secret) => {
    if (secret === undefined || secret.length >= SHORTEST_SECRET) return secret;
    throw new RangeError(
      `Cannot lock the origin: expected originSecret of ${SHORTEST_SECRET} characters or more, got ${secret.length}`,
    );
  },
  read: (text) => text,
  parse: (text) => text,
};

/** From which level on the functions write log lines of their own. */
export const logLevel: Setting<LogLevel, string | undefined> = {
  variable: "ROOMS_LOG_LEVEL",
  readers: functionNames,
  write: (level = "INFO") => checkLogLevel(level),
  read: (text) => text,
  parse: checkLogLevel,
};

function readNumber(text: string | undefined): number | undefined {
  return text === undefined || text === "" ? undefined : Number(text);
}
