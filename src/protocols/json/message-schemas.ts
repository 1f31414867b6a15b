import * as v from "valibot";

/**
 * The JSON action protocol, server to client, as schemas: docs/protocol.schema.json is made of them,
 * and the encoder's types are theirs. Nothing at run time imports this file.
 */

const namespace = v.string();
const id = v.union([v.string(), v.number()]);
const args = v.array(v.unknown());
/** Where an event stands among what can be recovered. */
const offset = v.optional(v.string());
const notice = {
  namespace,
  room: v.string(),
  /** Of the socket. */
  id: v.string(),
  user: v.optional(v.string()),
  offset,
};

/** By `type`. */
export const messages = {
  connect: v.strictObject({
    type: v.literal("connect"),
    version: v.literal(1),
    namespace,
    id: v.string(),
    pid: v.optional(v.string()),
    recovered: v.optional(v.literal(true)),
  }),
  event: v.strictObject({
    type: v.literal("event"),
    namespace,
    event: v.string(),
    args,
    ack: v.optional(v.number()),
    offset,
  }),
  joined: v.strictObject({ type: v.literal("joined"), ...notice }),
  left: v.strictObject({ type: v.literal("left"), ...notice }),
  ack: v.strictObject({ type: v.literal("ack"), id, args }),
  error: v.strictObject({
    type: v.literal("error"),
    code: v.string(),
    message: v.string(),
    id: v.optional(id),
    namespace: v.optional(namespace),
    data: v.optional(v.unknown()),
  }),
  disconnect: v.strictObject({ type: v.literal("disconnect"), namespace }),
  ping: v.strictObject({ type: v.literal("ping") }),
  pong: v.strictObject({ type: v.literal("pong"), id: v.optional(id) }),
} as const;

/** A message of the server; absent fields may be given as `undefined`. */
export type Message = {
  [N in keyof typeof messages]: Loose<v.InferOutput<(typeof messages)[N]>>;
}[keyof typeof messages];

type Loose<T> = { [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };
