import type { ConnectionLimits } from "../connection-limits";
import { PacketType } from "../wire/packet";
import type { ClientInternals } from "./internals";
import { jsonBytes } from "./state-size";

type Limits = Pick<ConnectionLimits, "namespaces" | "namespaceBytes" | "authBytes">;

/**
 * A client that is in as many namespaces as it may be, or brings more than is kept of it, is refused the next, as a
 * middleware would.
 */
export function limitNamespaces(client: ClientInternals, limits: Limits): void {
  const connect = client.connect.bind(client);
  client.connect = (name, auth) => {
    const message = refusal(client, limits, name, auth);
    if (message === undefined) return connect(name, auth);
    client._packet({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message } });
  };
}

function refusal(
  client: ClientInternals,
  { namespaces, namespaceBytes, authBytes }: Limits,
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
