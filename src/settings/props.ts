import type { ConnectionLimits } from "./connection-limits";
import type { LogLevel } from "./log-level";
import type { RoomLimits } from "./room-limits";

/** The properties of `Rooms` that become variables of the functions; each has its entry in `settings.ts`. */
export interface SettingProps {
  /**
   * What one client may use of managed rooms.
   *
   * @default - those of `RoomLimits`
   */
  readonly limits?: Partial<RoomLimits>;

  /**
   * What one connection may ask of the application; a client that sends faster is cut off.
   *
   * @default - those of `ConnectionLimits`
   */
  readonly connectionLimits?: Partial<ConnectionLimits>;

  /**
   * What the clients of one network address may cost in an hour of the clock, in US dollars as
   * `src/spending/charges.ts` estimates them. Then they are disconnected, and new ones refused with 429, until the next
   * hour. An office or a mobile network may be one address: raise it for many users behind one. Behind a proxy all
   * clients have the proxy's address, unless `addressHeader` says where theirs is. `Infinity` counts nothing.
   *
   * @see docs/operations.md for what one hostile client costs
   * @default 0.4 - about 100,000 small frames, 3,600 connections or 380,000 short messages to others
   */
  readonly spendingPerAddress?: number;

  /**
   * Header in which a proxy in front passes on the address of its client, and nothing else: `CloudFront-Viewer-Address`
   * of CloudFront, `CF-Connecting-IP` of Cloudflare. Only for an API that no client reaches past the proxy,
   * since such a client can write any address into it. It also becomes `socket.handshake.address`.
   *
   * @default - none: the address that API Gateway sees
   */
  readonly addressHeader?: string;

  /**
   * Whether clients connect through the site alone; without a site an error. The connect function then refuses with 403
   * those that come to API Gateway directly, which costs a request each.
   *
   * @default - `true` with `webAclArn`, which they would pass by, else `false`
   */
  readonly siteOnly?: boolean;

  /**
   * Web origins whose pages may connect, such as `https://example.com`, or `https://*.example.com` for its
   * subdomains. Checked where a client sends `Origin`: browsers always do, other programs send what they like.
   *
   * @default - all, as with Socket.IO's WebSocket transport
   */
  readonly allowedOrigins?: readonly string[];

  /**
   * WebSocket subprotocols that are accepted, such as `graphql-transport-ws`. A client that offers some is answered
   * with the first of its list that is accepted, and refused if none is. One that offers none always connects.
   *
   * @default - the first that a client offers, as with Socket.IO
   */
  readonly subprotocols?: readonly string[];

  /**
   * Most posts a second of one function instance, so that broadcasts leave something of the account's
   * requests to others.
   *
   * @default - as many as it can; API Gateway's own throttle then slows it
   */
  readonly maxPostsPerSecond?: number;

  /**
   * Whether intervals and timeouts below a second fire to the millisecond while clients are connected, as a game's loop
   * needs it; with `ordering: "application"` alone. The lane's function then runs all the time: see docs/memory.md for
   * what that costs. Without it they fire about once a second, several times at once.
   *
   * @default false
   */
  readonly fastTimers?: boolean;

  /**
   * From about how many members on a broadcast is cut into slices, which several invocations send.
   *
   * @default 20_000 - two seconds of the 10,000 requests that an account has
   */
  readonly fanOutThreshold?: number;

  /**
   * What the function of HTTP requests expects in the header `x-lambda-rooms-origin`; it rejects requests without. So
   * no client passes by the CDN in front, which adds the header. At least 16 characters.
   *
   * @default - none: the function URL is open, as an HTTP server's port is
   */
  readonly originSecret?: string;

  /**
   * What the functions log, as lines of JSON and never with what users say: `WARN` failures; `INFO` also each
   * socket that comes and goes; `DEBUG` also joins, leaves and broadcasts. Lines that the application writes itself are
   * not left out at `WARN`; metrics are written at each level.
   *
   * @default "INFO"
   */
  readonly logLevel?: LogLevel;
}
