import { MAX_NAME_LENGTH } from "../../wire/limits";
import type { Declaration, Query } from "../protocol";
import { shorten } from "../shorten";

/** JSON actions over a plain WebSocket: docs/protocol.md. */
export const jsonDeclaration: Declaration = {
  id: "json",
  // The last of the list: a plain WebSocket says nothing of itself.
  recognizes: () => true,
  refuse: refuseNamespace,
  takeSession,
  ping: '{"type":"ping"}',
  // A client in no namespace may still connect to one.
  endsIdle: false,
  // As JavaScript writes JSON, and as Python does by default.
  ackStarts: ['{"action":"ack"', '{"action": "ack"'],
  sharedStarts: [],
};

function refuseNamespace({ namespace }: Query): string | undefined {
  if (namespace === undefined || namespace === "") return undefined;
  const isName = /^\/[^,]*$/.test(namespace) && namespace.length <= MAX_NAME_LENGTH;
  if (isName) return undefined;
  return `Cannot connect: expected \`namespace\` to start with "/", without commas and at most ${MAX_NAME_LENGTH} characters, got ${JSON.stringify(shorten(namespace))}`;
}

/** The private id of a session is kept apart from what `socket.handshake` and `fetchSockets` show. */
function takeSession(all: Query): ReturnType<NonNullable<Declaration["takeSession"]>> {
  const { pid, offset, ...query } = all;
  return pid && offset ? { query, recover: { pid, offset } } : { query: all };
}
