import type { PendingLeave, Room, Who } from "../ports";
import { PacketType } from "../wire/packet";
import type { Broadcasts } from "./broadcasts";
import type { AdapterContext } from "./context";

interface LeavingUser extends Who, Pick<PendingLeave, "notice"> {
  readonly delaySeconds: number;
}

/** Who is there by name, over all sockets of a user: what managed rooms know beyond Socket.IO's rooms. */
export class Presences {
  constructor(
    private readonly context: AdapterContext,
    private readonly broadcasts: Pick<Broadcasts, "sendNow">,
  ) {}

  /** Notes that one more socket of a user is in a room; `true` if it is the first. */
  async enter(room: Room, who: Who): Promise<boolean> {
    const { ports, queue, namespace } = this.context;
    if (ports.effects.isMuted()) return false;
    return queue.run("enter a presence", () => ports.presence.enter(namespace.name, room, who));
  }

  /**
   * Notes that it no longer is. Unless a socket of that name arrives within the delay, the others get
   * the notice.
   */
  async leave(room: Room, { name, socketId, delaySeconds, notice }: LeavingUser): Promise<void> {
    const { ports, queue } = this.context;
    const { presence, lanes, effects } = ports;
    if (effects.isMuted()) return;
    const { name: namespace } = this.context.namespace;
    const who = { name, socketId };
    await queue.run("leave a presence", async () => {
      const since = await presence.leave(namespace, room, who);
      if (since === undefined) return;
      const pending = { namespace, room, who, since, notice };
      if (delaySeconds > 0) await lanes.later(pending, delaySeconds);
      else await this.confirmLeave(pending);
    });
  }

  /** Notifies a room of a user who has not come back, as part of a running effect. */
  async confirmLeave({ namespace, room, who, since, notice }: PendingLeave): Promise<void> {
    if (!(await this.context.ports.presence.confirmLeave(namespace, room, who.name, since))) return;
    const packet = { type: PacketType.EVENT, nsp: namespace, data: [...notice] };
    const audience = { rooms: new Set([room]), except: new Set([who.socketId]) };
    await this.broadcasts.sendNow(packet, { ...audience, flags: {} });
  }
}
