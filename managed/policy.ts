import type { Socket } from "socket.io";
import { type Claims, MAX_STEPS, matches, missingClaims, separatedClaims } from "./pattern";

/**
 * What a token allows. A request is allowed if at least one grant names its room and its verb. Nothing
 * is ever denied: a grant can only add.
 */

export type Verb = "join" | "leave" | "send" | "members";

/**
 * Whether a socket may do something in a room; a text says why not. For `send` to oneself the room may
 * be absent.
 */
export type Authorize = (
  socket: Socket,
  verb: Verb,
  room: string | undefined,
  event?: string,
) => boolean | string | Promise<boolean | string>;

/**
 * By pattern of rooms (`managed/pattern.ts`): verbs `join`, `send`, `send:<event>`, `members`, or
 * `"*"` for all of them.
 */
export type Grants = Readonly<Record<string, readonly string[] | "*">>;

export interface PolicyOptions {
  /** Grants for everyone who holds a token, for logins that know nothing of rooms. */
  readonly grants?: Grants;
  /**
   * The claim that holds a token's own grants: an object, or its JSON.
   *
   * @default "rooms"
   */
  readonly claim?: string;
}

export type Explanation =
  | { readonly allowed: true; readonly by: Grant | "always" }
  | { readonly allowed: false; readonly reason: string };

/** One grant as it applied. */
export interface Grant {
  readonly source: "application" | "token";
  readonly pattern: string;
  readonly verb: string;
}

/** A policy from the claims that `jwtAuth` has left in `socket.data.claims`. */
export function claimsPolicy(options: PolicyOptions = {}): Authorize {
  checkGrants(options.grants);
  return (socket, verb, room, event) => {
    const claims = (socket.data.claims ?? {}) as Claims;
    const explanation = explain(claims, verb, room, { ...options, ...(event && { event }) });
    return explanation.allowed || explanation.reason;
  };
}

/**
 * Says which grant allowed a request, or what was missing. Pure. Throws a `TypeError` if the
 * application's grants are invalid.
 *
 * @param verb `join`, `leave`, `send`, `send:<event>` or `members`.
 * @param now epoch milliseconds.
 */
export function explain(
  claims: Claims,
  verb: string,
  room: string | undefined,
  options: PolicyOptions & { readonly event?: string; readonly now?: number } = {},
): Explanation {
  const { event, now = Date.now() } = options;
  checkGrants(options.grants);
  const { exp } = claims;
  if (typeof exp === "number" && exp * 1000 <= now) {
    return refuse(`expected a valid token, got one that expired at ${iso(exp)}`);
  }
  if (verb === "leave" || (verb === "send" && room === undefined)) {
    return { allowed: true, by: "always" };
  }
  if (room === undefined) return refuse("expected a room, got nothing");
  const asked = verb === "send" && event !== undefined ? `send:${event}` : verb;
  const { grants, problem } = collectGrants(claims, options);
  const budget = { steps: MAX_STEPS };
  const ofRoom = grants.filter(({ pattern }) => matches(pattern, room, claims, budget));
  const by = ofRoom.find((grant) => covers(grant.verb, asked));
  if (by) return { allowed: true, by };
  if (budget.steps === 0) {
    return refuse(
      "expected a token whose grants can be checked in time, got too many or too long lists",
    );
  }
  return refuse(describe({ asked, room, claims, grants, ofRoom, problem }));
}

function iso(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}

function covers(granted: string, asked: string): boolean {
  return granted === "*" || granted === asked || (granted === "send" && asked.startsWith("send:"));
}

interface Collected {
  readonly grants: readonly Grant[];
  /** What is wrong with the token's own. */
  readonly problem?: string | undefined;
}

function collectGrants(claims: Claims, { grants = {}, claim = "rooms" }: PolicyOptions): Collected {
  const own = Object.hasOwn(claims, claim) ? parse(claims[claim]) : undefined;
  const problem =
    own === undefined
      ? `the token has no claim \`${claim}\``
      : isGrants(own)
        ? undefined
        : `its claim \`${claim}\` is not an object of patterns with lists of verbs`;
  const fromToken = isGrants(own) ? own : {};
  return {
    problem,
    grants: [...flatten(grants, "application"), ...flatten(fromToken, "token")],
  };
}

function parse(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function checkGrants(grants: unknown): void {
  if (grants === undefined || isGrants(grants)) return;
  throw new TypeError(
    `Cannot grant: expected an object of patterns with lists of verbs, got ${JSON.stringify(grants)}`,
  );
}

function isGrants(value: unknown): value is Grants {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (verbs) =>
      verbs === "*" || (Array.isArray(verbs) && verbs.every((verb) => typeof verb === "string")),
  );
}

function flatten(grants: Grants, source: Grant["source"]): Grant[] {
  return Object.entries(grants).flatMap(([pattern, verbs]) =>
    (verbs === "*" ? ["*"] : verbs).map((verb) => ({ source, pattern, verb })),
  );
}

interface Refusal extends Collected {
  readonly asked: string;
  readonly room: string;
  readonly claims: Claims;
  readonly ofRoom: readonly Grant[];
}

function describe({ asked, room, claims, grants, ofRoom, problem }: Refusal): string {
  const expected = `expected a grant of ${asked} in ${JSON.stringify(room.slice(0, 60))}`;
  if (ofRoom.length > 0) {
    return `${expected}, got only ${list(ofRoom.map(({ verb }) => verb))} there`;
  }
  const elsewhere = grants.filter(({ verb }) => covers(verb, asked));
  const missing = elsewhere.flatMap(({ pattern }) => missingClaims(pattern, claims));
  if (missing.length > 0) return `${expected}, got a token without ${list(missing)}`;
  const separated = elsewhere.flatMap(({ pattern }) => separatedClaims(pattern, claims));
  if (separated.length > 0) {
    return `${expected}, got a token whose ${list(separated)} holds one of . : / and so fits only at a pattern's end`;
  }
  if (elsewhere.length > 0) {
    return `${expected}, got it for ${list(elsewhere.map(({ pattern }) => pattern))}`;
  }
  return `${expected}, got none${problem ? `: ${problem}` : ""}`;
}

/** The first few, so that the answer to a client stays small. */
function list(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.slice(0, 5).join(", ") + (distinct.length > 5 ? ", …" : "");
}

function refuse(reason: string): Explanation {
  return { allowed: false, reason };
}

/** What a token may limit, by its claim `limits`. */
export interface TokenLimits {
  readonly roomsPerSocket?: number;
  readonly actionsPerSecond?: number;
}

/** The limits that a token names; the server ignores invalid ones. */
export function limitsOf(claims: unknown): TokenLimits {
  const limits = ((claims ?? {}) as Claims).limits;
  if (typeof limits !== "object" || limits === null) return {};
  const names = ["roomsPerSocket", "actionsPerSecond"] as const;
  const valid = names
    .map((name) => [name, (limits as Claims)[name]] as const)
    .filter(([, value]) => typeof value === "number" && value >= 0);
  return Object.fromEntries(valid);
}
