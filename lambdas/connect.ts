import { admit, type ConnectEvent } from "../src/gateway/handshake";
import { logWarning } from "../src/log";
import { count } from "../src/metrics";
import {
  composeConnectionLimits,
  composeLanes,
  composeOrigins,
  composeStore,
  composeSubprotocols,
} from "./compose";
import { observed } from "./observed";

const store = composeStore();
const lanes = composeLanes();
const isAllowed = composeOrigins();
const isSpoken = composeSubprotocols();
const { handshakeBytes } = composeConnectionLimits();

interface ConnectAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `$connect`: the upgrade is pending until this returns, and its status is the answer to it. */
export const handler = observed(async (event: ConnectEvent): Promise<ConnectAnswer> => {
  const admission = admit(event, isAllowed, isSpoken, handshakeBytes);
  if (!admission.ok) {
    // API Gateway drops the body of a refusal, so the reason is told where an operator can see it.
    count("ConnectionsRefused");
    logWarning(admission.message, { connectionId: event.requestContext.connectionId });
    return { statusCode: admission.statusCode };
  }
  await store.open(admission.connection);
  await lanes.send({ type: "open", connectionId: admission.connection.id });
  count("ConnectionsOpened");
  const { subprotocol } = admission;
  if (subprotocol === undefined) return { statusCode: 200 };
  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } };
});
