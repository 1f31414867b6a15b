import type { FrameEvent } from "../lanes/events";
import type { ConnectionId, Store } from "../ports";
import type { Allowance } from "../spending/allowance";
import { CHARGES } from "../spending/charges";

interface Ports {
  readonly allowance?: Allowance | undefined;
  readonly store: Pick<Store, "load">;
}

/**
 * Counts an ack for the address of its client; `false` if that has spent all. The lane of acks does not read the
 * connection, which knows the address: it is read when there is something to write down, for one ack in 300 or so.
 */
export async function chargeAck(
  { connectionId }: FrameEvent,
  { allowance, store }: Ports,
): Promise<boolean> {
  return charge(connectionId, allowance?.draw(CHARGES.frame + CHARGES.write), { allowance, store });
}

/** Counts that a client is cut off for the acks that it sends. */
export async function chargeFlood(connectionId: ConnectionId, ports: Ports): Promise<void> {
  await charge(connectionId, ports.allowance?.penalty, ports);
}

async function charge(
  id: ConnectionId,
  amount: number | undefined,
  { allowance, store }: Ports,
): Promise<boolean> {
  if (!allowance || !amount) return true;
  const record = await store.load(id);
  return !record || allowance.settle(record.handshake.address, Math.ceil(amount));
}
