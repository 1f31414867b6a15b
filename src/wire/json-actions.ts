import * as v from "valibot";
import { MAX_NAME_LENGTH, RESERVED_EVENTS } from "./limits";

/**
 * The JSON action protocol, client to server: one JSON object per text frame, told apart by `action`.
 * docs/protocol.md is its description for people.
 */

/** Largest action, in bytes of UTF-8. A frame above 32 KB would be cut off by API Gateway itself. */
export const MAX_ACTION_BYTES = 32_768;

const name = (what: string) =>
  v.pipe(
    v.string(),
    v.minLength(1, `${what} must not be empty`),
    v.maxLength(MAX_NAME_LENGTH, `${what} must have at most ${MAX_NAME_LENGTH} characters`),
  );

// A comma ends the namespace in Socket.IO packets, so no namespace can hold one.
const namespace = v.optional(
  v.pipe(
    name("namespace"),
    v.regex(/^\/[^,]*$/, "namespace must start with `/` and hold no comma"),
  ),
  "/",
);
const id = v.optional(v.union([v.string(), v.number()]));
const args = v.optional(v.array(v.unknown()), []);
const event = v.pipe(
  name("event"),
  v.check((text) => !RESERVED_EVENTS.has(text), "event must not be a reserved name"),
);
const room = name("room");

const actions = {
  connect: v.object({ namespace, id, auth: v.optional(v.record(v.string(), v.unknown()), {}) }),
  disconnect: v.object({ namespace, id }),
  emit: v.object({ namespace, id, event, args }),
  join: v.object({ namespace, id, room }),
  leave: v.object({ namespace, id, room }),
  send: v.object({
    namespace,
    id,
    room: v.optional(room),
    event,
    args,
    scope: v.optional(v.picklist(["room", "others", "self"]), "room"),
  }),
  ack: v.object({
    namespace,
    id,
    ack: v.pipe(v.number(), v.safeInteger("ack must be the number that came with the event")),
    args,
  }),
  ping: v.object({ namespace, id }),
} as const;

type Actions = typeof actions;
export type ActionName = keyof Actions;
/** What a client asks for, checked and with defaults filled in. */
export type Action = { [N in ActionName]: { action: N } & v.InferOutput<Actions[N]> }[ActionName];
export type ActionId = string | number;

export type ErrorCode =
  | "bad_json"
  | "bad_action"
  | "bad_request"
  | "too_large"
  | "not_connected"
  | "already_connected"
  | "forbidden"
  | "invalid_namespace"
  | "connect_error";

/** Why an action was not carried out: data for the client, not an exception. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** The action's own `id`, where it could be read. */
  readonly id?: ActionId | undefined;
  readonly namespace?: string;
}

export type Decoded =
  | { readonly ok: true; readonly action: Action }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads one frame of a JSON client. Never throws: what is wrong with it is in the answer. */
export function decodeAction(frame: string): Decoded {
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
  return readAction(value as Record<string, unknown>);
}

function readAction(value: Record<string, unknown>): Decoded {
  const id = readId(value.id);
  const name = value.action;
  if (typeof name !== "string" || !Object.hasOwn(actions, name)) {
    const known = Object.keys(actions).join(", ");
    return refuse("bad_action", `Expected \`action\` to be one of ${known}, got ${show(name)}`, id);
  }
  const result = v.safeParse(actions[name as ActionName], value);
  if (result.success) return { ok: true, action: { action: name, ...result.output } as Action };
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? "action";
  return refuse("bad_request", `Cannot ${name}: ${describe(path, issue, value)}`, id);
}

function describe(
  path: string,
  issue: v.BaseIssue<unknown>,
  value: Record<string, unknown>,
): string {
  if (issue.kind === "validation") return `${issue.message}, got ${show(issue.input)}`;
  if (!(path in value)) return `expected \`${path}\`, got nothing`;
  return `expected \`${path}\` to be ${issue.expected ?? "valid"}, got ${show(issue.input)}`;
}

function readId(id: unknown): ActionId | undefined {
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}

function refuse(code: ErrorCode, message: string, id?: ActionId): Decoded {
  return { ok: false, refusal: { code, message, id } };
}

/** A value as text for an error message, short enough to be read. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = typeof value === "string" ? JSON.stringify(value) : stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Nested more deeply than the stack allows.
    return `a deeply nested ${Array.isArray(value) ? "array" : "object"}`;
  }
}
