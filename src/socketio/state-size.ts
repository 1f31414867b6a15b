import type { Entries, SocketState } from "../ports";
import type { ConnectionLimits } from "../settings/connection-limits";
import { MEMORY } from "./attached";
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

/**
 * Bytes of what the application keeps on the sockets of a connection.
 *
 * @param memory what the connection's handlers hold now. @default - as the states have it
 */
export function stateBytes(states: readonly SocketState[], memory?: Entries): number {
  const own = states.map(({ shared: _, ...state }) => jsonBytes(state));
  // What sockets share is the same for each.
  const shared = states.map((state) =>
    jsonBytes(memory === undefined ? state.shared : { ...state.shared, [MEMORY]: memory }),
  );
  return own.reduce((sum, bytes) => sum + bytes, Math.max(0, ...shared));
}

/** Why the state of a connection's sockets cannot be kept: what the next event would not know of. */
export function refuseState(
  client: ClientInternals,
  { stateBytes: most }: Pick<ConnectionLimits, "stateBytes">,
  memory?: Entries,
): string | undefined {
  const states = [...client.sockets.values()].map((socket) => readState(socket, () => {}));
  const got = stateBytes(states, memory);
  if (got <= most) return undefined;
  const hasMemory = memory ?? states.find(({ shared }) => shared?.[MEMORY] !== undefined);
  const kept = `socket.data, own and shared properties${hasMemory ? ", variables of its handlers" : ""}`;
  return `Expected at most ${most} bytes for the state of a connection's sockets (${kept}), got ${got}`;
}
