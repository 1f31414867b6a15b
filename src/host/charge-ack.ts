import type { FrameEvent } from "../lanes/events";
import type { Store } from "../ports";
import type { Allowance } from "../spending/allowance";
import { CHARGES } from "../spending/charges";

interface Ports {
  readonly allowance?: Allowance;
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
  const amount = allowance?.draw(CHARGES.frame + CHARGES.write) ?? 0;
  if (!allowance || amount === 0) return true;
  const record = await store.load(connectionId);
  return !record || allowance.settle(record.handshake.address, amount);
}
