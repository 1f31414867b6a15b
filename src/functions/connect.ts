import { admit, type ConnectEvent, type ConnectRules } from "../gateway/handshake";
import type { LaneEvent } from "../lanes/events";
import { logWarning } from "../log";
import { count } from "../metrics";
import type { ConnectionRecord } from "../ports";
import type { Allowance } from "../spending/allowance";
import { CHARGES } from "../spending/charges";

export interface ConnectPorts {
  readonly store: { open(connection: ConnectionRecord): Promise<void> };
  readonly lanes: { send(event: LaneEvent): Promise<void> };
  readonly rules: ConnectRules;
  /** @default - what an address costs is not limited */
  readonly allowance?: Allowance | undefined;
}

interface ConnectResponse {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `$connect`: the upgrade is pending until this returns, and its status is the answer to it. */
export async function connect(
  { store, lanes, rules, allowance }: ConnectPorts,
  event: ConnectEvent,
): Promise<ConnectResponse> {
  const admission = admit(event, rules);
  if (!admission.ok) {
    // API Gateway drops the body of a refusal, so the reason is logged where an operator can see it.
    count("ConnectionsRefused");
    logWarning(admission.message, { connectionId: event.requestContext.connectionId });
    return { statusCode: admission.statusCode };
  }
  const { address } = admission.connection.handshake;
  if (allowance && !(await allowance.spend(address, CHARGES.connection))) {
    // The allowance logs this once an hour.
    count("ConnectionsRefused");
    return { statusCode: 429 };
  }
  await store.open(admission.connection);
  await lanes.send({ type: "open", connectionId: admission.connection.id });
  count("ConnectionsOpened");
  const { subprotocol } = admission;
  if (subprotocol === undefined) return { statusCode: 200 };
  return { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } };
}
