import type { ConnectionLimits } from "../settings/connection-limits";
import type { ClientInternals } from "./internals";
import { jsonBytes } from "./state-size";

export type NamespaceLimits = Pick<ConnectionLimits, "namespaces" | "namespaceBytes" | "authBytes">;

/**
 * Why a client may not connect to a further namespace, as a middleware would refuse it: it is in as many as it may be, or
 * brings more than is kept of it.
 */
export function refuseNamespace(
  client: ClientInternals,
  { namespaces, namespaceBytes, authBytes }: NamespaceLimits,
  name: string,
  auth: unknown,
): string | undefined {
  const names = [...client.nsps.keys(), name];
  if (names.length > namespaces) {
    return `Expected at most ${namespaces} namespaces for a connection, got one more`;
  }
  const nameBytes = names.reduce((sum, one) => sum + Buffer.byteLength(one), 0);
  if (nameBytes > namespaceBytes) {
    return `Expected at most ${namespaceBytes} bytes for the names of a connection's namespaces, got ${nameBytes}`;
  }
  const auths = [...client.sockets.values()].map(({ handshake }) => handshake.auth);
  const bytes = [...auths, auth].reduce<number>((sum, one) => sum + jsonBytes(one), 0);
  if (bytes <= authBytes) return undefined;
  return `Expected at most ${authBytes} bytes for the auth of a connection's sockets, got ${bytes}`;
}
