import { admit, type ConnectEvent } from "../src/gateway/handshake";
import { logWarning } from "../src/log";
import { count } from "../src/metrics";
import { CHARGES } from "../src/spending/charges";
import {
  addressHeader,
  composeAllowance,
  composeConnectionLimits,
  composeLanes,
  composeOrigins,
  composeStore,
  composeSubprotocols,
  composeTable,
} from "./compose";
import { observed } from "./observed";

const table = composeTable();
const store = composeStore(table);
const allowance = composeAllowance(table);
const lanes = composeLanes();
const rules = {
  isAllowed: composeOrigins(),
  isSpoken: composeSubprotocols(),
  mostBytes: composeConnectionLimits().handshakeBytes,
  addressHeader: addressHeader(),
};

interface ConnectAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `$connect`: the upgrade is pending until this returns, and its status is the answer to it. */
export const handler = observed(async (event: ConnectEvent): Promise<ConnectAnswer> => {
  const admission = admit(event, rules);
  if (!admission.ok) {
    // API Gateway drops the body of a refusal, so the reason is told where an operator can see it.
    count("ConnectionsRefused");
    logWarning(admission.message, { connectionId: event.requestContext.connectionId });
    return { statusCode: admission.statusCode };
  }
  const { address } = admission.connection.handshake;
  if (allowance && !(await allowance.spend(address, CHARGES.connection))) {
    // Said once an hour, by the allowance.
    count("ConnectionsRefused");
    return { statusCode: 429 };
  }
  await store.open(admission.connection);
  await lanes.send({ type: "open", connectionId: admission.connection.id });
  count("ConnectionsOpened");
  const { subprotocol } = admission;
  if (subprotocol === undefined) return { statusCode: 200 };
  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } };
});
