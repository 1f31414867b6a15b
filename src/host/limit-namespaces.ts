import type { ConnectionLimits } from "../connection-limits";
import { PacketType } from "../wire/packet";
import type { ClientInternals } from "./internals";

/** A client that is in as many namespaces as it may be is refused the next, as a middleware would. */
export function limitNamespaces(
  client: ClientInternals,
  { namespaces }: Pick<ConnectionLimits, "namespaces">,
): void {
  const connect = client.connect.bind(client);
  client.connect = (name, auth) => {
    if (client.nsps.size < namespaces) return connect(name, auth);
    const message = `Expected at most ${namespaces} namespaces for a connection, got one more`;
    client._packet({ type: PacketType.CONNECT_ERROR, nsp: name, data: { message } });
  };
}
