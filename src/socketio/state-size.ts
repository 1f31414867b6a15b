import type { SocketState } from "../ports";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { ClientInternals } from "./internals";
import { readState } from "./state";

/** Bytes of a value as the table holds it; 0 for what JSON cannot say, which is not stored either. */
export function jsonBytes(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? "");
  } catch {
    return 0;
  }
}

/** Bytes of what the application keeps on the sockets of a connection. */
export function stateBytes(states: readonly SocketState[]): number {
  const own = states.map(({ shared: _, ...state }) => jsonBytes(state));
  // What sockets share is the same for each.
  const shared = Math.max(0, ...states.map((state) => jsonBytes(state.shared)));
  return own.reduce((sum, bytes) => sum + bytes, shared);
}

/** Why the state of a connection's sockets cannot be kept: what the next event would not know of. */
export function refuseState(
  client: ClientInternals,
  { stateBytes: most }: Pick<ConnectionLimits, "stateBytes">,
): string | undefined {
  const got = stateBytes([...client.sockets.values()].map((socket) => readState(socket, () => {})));
  if (got <= most) return undefined;
  return `Expected at most ${most} bytes for the state of a connection's sockets (socket.data, own and shared properties), got ${got}`;
}
