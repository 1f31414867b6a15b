import * as v from "valibot";
import { MAX_NAME_LENGTH, RESERVED_EVENTS } from "./limits";
import { show } from "./show";

/**
 * What clients may ask of managed rooms, and the fields that JSON actions are made of. One validator
 * serves JSON actions, the events of stock clients and the published JSON Schema.
 */

/** Largest page of `members`. */
export const MAX_MEMBERS_PAGE = 1000;

const name = (what: string) =>
  v.pipe(
    v.string(),
    v.minLength(1, `${what} must not be empty`),
    v.maxLength(MAX_NAME_LENGTH, `${what} must have at most ${MAX_NAME_LENGTH} characters`),
    // Half a character cannot be stored: two names would become one.
    v.check((text) => !/\p{Cs}/u.test(text), `${what} must be well-formed Unicode`),
  );

// A comma ends the namespace in Socket.IO packets, so no namespace can hold one.
export const namespaceName = v.pipe(
  name("namespace"),
  v.regex(/^\/[^,]*$/, "namespace must start with `/` and hold no comma"),
);
export const namespace = v.optional(namespaceName, "/");
/** An action's own `id`. */
export const id = v.optional(v.union([v.string(), v.pipe(v.number(), v.finite())]));
export const args = v.optional(v.array(v.unknown()), []);
export const event = v.pipe(
  name("event"),
  v.notValues([...RESERVED_EVENTS], "event must not be a reserved name"),
);
/** An event that a client or an operator may send: the server alone makes notices of presence. */
export const foreignEvent = v.pipe(
  event,
  v.regex(/^(?!rooms:)/, "event must not start with `rooms:`"),
);
const room = name("room");

/** By the name of the action; the event of a stock client is `rooms:<name>`. */
export const requests = {
  join: v.object({ room }),
  leave: v.object({ room }),
  send: v.object({
    room: v.optional(room),
    event: foreignEvent,
    args,
    scope: v.optional(v.picklist(["room", "others", "self"]), "room"),
  }),
  rooms: v.object({}),
  members: v.object({
    room,
    count: v.optional(v.boolean(), false),
    limit: v.optional(
      v.pipe(
        v.number(),
        v.integer("limit must be a whole number"),
        v.minValue(1, "limit must be at least 1"),
        v.maxValue(MAX_MEMBERS_PAGE, `limit must be at most ${MAX_MEMBERS_PAGE}`),
      ),
      100,
    ),
    after: v.optional(name("after")),
  }),
  renew: v.object({ token: v.string() }),
} as const;

export type RequestName = keyof typeof requests;
/** A request, checked and with defaults filled in. */
export type Request<N extends RequestName> = v.InferOutput<(typeof requests)[N]>;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** Checks a request of a client. Never throws: what is wrong with it is in the answer. */
export function readRequest<N extends RequestName>(name: N, value: unknown): Read<Request<N>> {
  if (value === undefined) return read(name, requests[name], {}) as Read<Request<N>>;
  return read(name, requests[name], value) as Read<Request<N>>;
}

/** Checks a value against a schema, with a message that says what was expected and what was got. */
export function read<T>(
  name: string,
  schema: v.GenericSchema<unknown, T>,
  value: unknown,
): Read<T> {
  const result = v.safeParse(schema, value);
  if (result.success) return { ok: true, value: result.output };
  return { ok: false, message: `Cannot ${name}: ${describe(result.issues[0], value)}` };
}

function describe(issue: v.BaseIssue<unknown>, value: unknown): string {
  if (issue.kind === "validation") return `${issue.message}, got ${show(issue.input)}`;
  const path = v.getDotPath(issue);
  if (path === null) return `expected an object, got ${show(value)}`;
  if (issue.input === undefined) return `expected \`${path}\`, got nothing`;
  return `expected \`${path}\` to be ${issue.expected ?? "valid"}, got ${show(issue.input)}`;
}
