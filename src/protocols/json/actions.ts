import * as v from "valibot";
import {
  args,
  event,
  id,
  namespaceName,
  type RequestName,
  read,
  requests,
} from "../../wire/requests";
import { show } from "../../wire/show";
import type { Refusal } from "../protocol";

/**
 * The JSON action protocol, client to server: one JSON object per text frame, told apart by `action`.
 * docs/protocol.md is its description for people, docs/protocol.schema.json for machines.
 */

/** Largest action, in bytes of UTF-8. A frame above 32 KB would be cut off by API Gateway itself. */
export const MAX_ACTION_BYTES = 32_768;

/** Absent for that of the connection's query. */
const namespace = v.optional(namespaceName);
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

/** Every action but for its `action`. */
export const actions = {
  connect: v.object({
    namespace,
    id,
    auth: v.optional(v.record(v.string(), v.unknown()), {}),
    recover: v.optional(v.object({ pid: secret, offset: secret })),
  }),
  disconnect: v.object({ namespace, id }),
  emit: v.object({ namespace, id, event, args }),
  ...managed(),
  ack: v.object({
    namespace,
    id,
    ack: v.pipe(v.number(), v.safeInteger("ack must be the number that came with the event")),
    args,
  }),
  ping: v.object({ namespace, id }),
} as const;

function managed() {
  const { join, leave, send, rooms, members, renew } = requests;
  return {
    join: v.object({ namespace, id, ...join.entries }),
    leave: v.object({ namespace, id, ...leave.entries }),
    send: v.object({ namespace, id, ...send.entries }),
    rooms: v.object({ namespace, id, ...rooms.entries }),
    members: v.object({ namespace, id, ...members.entries }),
    renew: v.object({ namespace, id, ...renew.entries }),
  } satisfies Record<RequestName, unknown>;
}

type Actions = typeof actions;
export type ActionName = keyof Actions;
/** What a client asks for, checked and with defaults filled in. */
export type Action = {
  [N in ActionName]: { action: N; namespace: string } & v.InferOutput<Actions[N]>;
}[ActionName];
export type ActionId = string | number;

export type Decoded =
  | { readonly ok: true; readonly action: Action }
  | { readonly ok: false; readonly refusal: Refusal };

/** The namespace that a client means when it names none: that of its connection's query. */
export function defaultNamespace(query: Readonly<Record<string, string>>): string {
  return query.namespace || "/";
}

/**
 * Reads one frame of a JSON client. Never throws: what is wrong with it is in the answer.
 *
 * @param namespace of actions that name none
 */
export function decodeAction(frame: string, namespace: string): Decoded {
  const bytes = Buffer.byteLength(frame);
  if (bytes > MAX_ACTION_BYTES) {
    return refuse(
      "too_large",
      `Expected an action of at most ${MAX_ACTION_BYTES} bytes, got ${bytes}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return refuse(
      "bad_json",
      `Expected a JSON object such as {"action":"ping"}, got ${show(frame)}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return refuse(
      "bad_json",
      `Expected a JSON object such as {"action":"ping"}, got ${show(value)}`,
    );
  }
  return readAction(value as Record<string, unknown>, namespace);
}

function readAction(value: Record<string, unknown>, namespace: string): Decoded {
  const id = readId(value.id);
  const name = value.action;
  if (typeof name !== "string" || !Object.hasOwn(actions, name)) {
    const known = Object.keys(actions).join(", ");
    return refuse("bad_action", `Expected \`action\` to be one of ${known}, got ${show(name)}`, id);
  }
  const result = read(name, actions[name as ActionName] as v.GenericSchema<unknown, object>, value);
  if (result.ok)
    return { ok: true, action: { action: name, namespace, ...result.value } as Action };
  return refuse("bad_request", result.message, id);
}

function readId(id: unknown): ActionId | undefined {
  return typeof id === "string" || Number.isFinite(id) ? (id as ActionId) : undefined;
}

function refuse(code: string, message: string, id?: ActionId): Decoded {
  return { ok: false, refusal: { code, message, id } };
}
