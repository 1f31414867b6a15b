import { DEFAULT_SPENDING } from "../src/settings/spending";
import { ASSUMED, PRICES } from "./cost-figures";

/**
 * What one hostile client costs in an hour, from the cost model's prices: one anonymous client at one address, which
 * does one thing as fast as the defaults let it.
 */

export interface Attack {
  readonly what: string;
  /** US dollars an hour, bounded by the limits of AWS and of single connections only. */
  readonly unlimited: number;
  /** The same with the defaults. */
  readonly limited: number;
}

const HOUR = 3600;
/** What lets everything through: an account's posts and new connections a second, a stage's frames. */
const ACCOUNT = { posts: 10_000, connections: 500, frames: 2000 };
/** Defaults of `connectThrottle` and, of it, the rate. */
export const CONNECTS_PER_SECOND = 100;
/** Containers that each have to learn that an address has spent all, at what one of them writes at a time. */
const LEARNING = { containers: 20, dollars: 0.002 };
/** One connection sends more than its group of SQS takes: how long it lives, and how many may in an hour. */
const FLOOD = { seconds: 6, connections: 10 };
const KILOBYTE = 1024;
const PAYLOAD = 32 * KILOBYTE;

/** Millionths of a US dollar, as all below. */
const gatewayMessage = PRICES.gatewayMessages[0];
const logged = (bytes: number) => (bytes / 2 ** 30) * PRICES.logGigabyte * 1e6;
const lambda = (ms: number, gb = ASSUMED.memoryGb) =>
  (ms / 1000) * gb * PRICES.lambdaGbSecond * 1e6 + PRICES.lambdaRequests;
const invocation = lambda(ASSUMED.eventMs) + logged(ASSUMED.logLine.metrics);
const queued = 3 * PRICES.fifoRequests;
/** Of the functions of $connect and $disconnect, at 512 MB. */
const smallInvocation = lambda(30, 0.5) + logged(ASSUMED.logLine.metrics);

/** A frame that SQS refuses. */
export const refusedFrame = gatewayMessage + logged(ASSUMED.logLine.access);
/** A pong that is not counted: the event source deletes it. */
export const pong = gatewayMessage + queued + logged(ASSUMED.logLine.access);
export const frame = pong + invocation + PRICES.readUnits;
/** A join or a leave, besides its frame: see docs/performance.md. */
export const write = 4 * PRICES.writeUnits;
/** A connection that comes and goes: opening, connecting and closing are each an event on its lane. */
export const shortConnection =
  3 * gatewayMessage +
  2 * smallInvocation +
  3 * (queued + invocation + PRICES.readUnits) +
  9 * PRICES.writeUnits +
  2 * logged(ASSUMED.logLine.access + ASSUMED.logLine.socket);
/** One that stays for two hours and answers each ping. */
export const longConnection =
  shortConnection +
  120 * PRICES.connectionMinutes +
  Math.ceil(120 / ASSUMED.heartbeatMinutes) * (gatewayMessage + pong + frame / 5);
/** One that is refused by the function, after API Gateway has perhaps billed it as a message. */
export const refusedConnection = gatewayMessage + lambda(2, 0.5) + logged(ASSUMED.logLine.access);

/** A post of so many bytes, data out included. */
export function post(bytes: number): number {
  const messages = Math.ceil(bytes / PAYLOAD);
  const cpu = (ASSUMED.postMs / 1000) * ASSUMED.memoryGb * PRICES.lambdaGbSecond * 1e6;
  return messages * gatewayMessage + cpu + (bytes / 2 ** 30) * PRICES.gigabyteOut * 1e6;
}

export function attacks(): Attack[] {
  // What each adds when the allowance is spent: connecting on and on, and what containers have yet to learn.
  const refused = hour(CONNECTS_PER_SECOND, refusedConnection);
  const limited = DEFAULT_SPENDING + LEARNING.containers * LEARNING.dollars + refused;
  const { frames, connections, posts } = ACCOUNT;
  const rates = [
    ["small frames, over as many connections as it likes", frames, frame],
    ["pongs", frames, pong],
    ["joining and leaving a room", frames, frame + write],
    ["connecting and closing", connections, shortConnection],
    ["short messages to large rooms", posts, post(200)],
    ["messages of 32 KB to large rooms", posts, post(PAYLOAD)],
  ] as const;
  return [
    ...rates.map(([what, perSecond, each]) => ({
      what,
      unlimited: hour(perSecond, each),
      limited,
    })),
    {
      what: "small frames over one connection, of which SQS refuses most",
      unlimited: hour(frames, refusedFrame),
      limited:
        limited - DEFAULT_SPENDING + (FLOOD.connections * FLOOD.seconds * frames * frame) / 1e6,
    },
    {
      what: "connecting on, once it is refused",
      unlimited: hour(connections, refusedConnection),
      limited: refused,
    },
  ];
}

/** The rows of the table in docs/operations.md. */
export function rows(): string[] {
  return attacks().map(
    ({ what, unlimited, limited }) =>
      `| ${what} | $${unlimited.toFixed(2)} | $${limited.toFixed(2)} |`,
  );
}

function hour(perSecond: number, each: number): number {
  return (perSecond * HOUR * each) / 1e6;
}
