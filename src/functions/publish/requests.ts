import * as v from "valibot";
import { args, foreignEvent, MAX_MEMBERS_PAGE, namespace, read } from "../../wire/requests";

/**
 * What other code may ask of the rooms: the bodies of HTTP requests. docs/openapi.json is made of
 * these schemas.
 */

const room = v.union([v.pipe(v.string(), v.minLength(1)), v.number()]);
const rooms = v.array(room);
/** Whom it is about: the union of rooms (none: everyone in the namespace) less those excepted. */
const audience = { namespace, rooms: v.optional(rooms, []), except: v.optional(rooms, []) };
const some = v.pipe(rooms, v.minLength(1, "expected at least one room"));

export const bodies = {
  emit: v.strictObject({ ...audience, event: foreignEvent, args }),
  emitToRoom: v.strictObject({ except: v.optional(rooms, []), event: foreignEvent, args }),
  join: v.strictObject({ ...audience, join: some }),
  leave: v.strictObject({ ...audience, leave: some }),
  disconnect: v.strictObject({ ...audience, close: v.optional(v.boolean(), false) }),
  fetch: v.strictObject(audience),
} as const;

export type BodyName = keyof typeof bodies;
export type Body<N extends BodyName> = v.InferOutput<(typeof bodies)[N]>;

const limitMessage = `limit must be a whole number from 1 to ${MAX_MEMBERS_PAGE}`;

/** The query of a listing of members. */
export const page = v.object({
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,4}$/, limitMessage),
      v.transform(Number),
      v.minValue(1, limitMessage),
      v.maxValue(MAX_MEMBERS_PAGE, limitMessage),
    ),
    "100",
  ),
  after: v.optional(v.string()),
});

/** What a request went wrong with, as an answer. */
export class RequestError extends Error {
  constructor(
    readonly status: 400 | 404 | 405 | 413,
    readonly code: "bad_request" | "not_found" | "invalid_namespace" | "too_large",
    message: string,
  ) {
    super(message);
  }
}

/** @throws RequestError that says what was expected and what was got. */
export function check<T>(name: string, schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = read(name, schema, value);
  if (result.ok) return result.value;
  throw new RequestError(400, "bad_request", result.message);
}
