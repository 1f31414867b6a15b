import { type FanOut, fanOut } from "../delivery/fan-out";
import { isOver } from "../expiry";
import { logError } from "../log";
import type { Delivery, GoneMember, Lanes, Room } from "../ports";
import type { Receipt } from "../receipt";

interface DeliverPorts {
  readonly delivery: Delivery;
  readonly lanes: Pick<Lanes, "gone">;
}

interface DeliverJob extends Omit<FanOut, "onGone"> {
  readonly namespace: string;
  /** Where the members were found, if that is one room. */
  readonly room: Room | undefined;
}

/** Fans out to members whose time is not over, and reports those that are gone. */
export async function deliver(
  { delivery, lanes }: DeliverPorts,
  { namespace, room, admits, ...job }: DeliverJob,
): Promise<Receipt> {
  const gone: GoneMember[] = [];
  const receipt = await fanOut(delivery, {
    ...job,
    admits: (member) => !isOver(member.until) && (admits?.(member) ?? true),
    onGone: ({ connectionId, socketId }) => {
      const found = { connectionId, socketId, namespace };
      gone.push(room === undefined ? found : { ...found, room });
    },
  });
  // Best effort: the next broadcast finds them again.
  if (gone.length > 0) {
    await lanes
      .gone(gone)
      .catch((error) => logError("Cannot report gone connections", error, { namespace }));
  }
  return receipt;
}
