import type { Absence, Room, SocketId, Who } from "../ports";
import { PacketType } from "../wire/packet";
import { BroadcastAdapter } from "./broadcast-adapter";

interface Departure extends Who, Pick<Absence, "notice"> {
  readonly delaySeconds: number;
}

/** What managed rooms know of their members beyond Socket.IO's rooms: who is there, and until when. */
export class PresenceAdapter extends BroadcastAdapter {
  /** Notes that one more socket of a user is in a room; `true` if it is the first. */
  async appear(room: Room, who: Who): Promise<boolean> {
    const { effects, presence } = this.ports;
    if (effects.isMuted()) return false;
    this.endGathering();
    return effects.run("appear", () => presence.appear(this.namespace.name, room, who));
  }

  /**
   * Notes that it no longer is. Unless a socket of that name arrives within the delay, the others get
   * the notice.
   */
  async vanish(room: Room, { name, socketId, delaySeconds, notice }: Departure): Promise<void> {
    const { effects, presence, lanes } = this.ports;
    if (effects.isMuted()) return;
    const { name: namespace } = this.namespace;
    const who = { name, socketId };
    this.endGathering();
    await effects.run("vanish", async () => {
      const since = await presence.vanish(namespace, room, who);
      if (since === undefined) return;
      const absence = { namespace, room, who, since, notice };
      if (delaySeconds > 0) await lanes.later(absence, delaySeconds);
      else await this.settle(absence);
    });
  }

  /** Tells a room of an absence that has lasted, as part of a running effect. */
  async settle({ namespace, room, who, since, notice }: Absence): Promise<void> {
    if (!(await this.ports.presence.settle(namespace, room, who.name, since))) return;
    const packet = { type: PacketType.EVENT, nsp: namespace, data: [...notice] };
    const audience = { rooms: new Set([room]), except: new Set([who.socketId]), flags: {} };
    await this.broadcastNow(packet, audience as never);
  }

  /** Writes a socket's memberships again: until when it may hear has changed. */
  async prolong(id: SocketId): Promise<void> {
    const { effects, store } = this.ports;
    const socket = this.local(id);
    if (!socket || effects.isMuted()) return;
    this.endGathering();
    const rooms = new Set(this.sids.get(id) as Set<Room> | undefined);
    const { address } = socket;
    await effects.run("prolong", async () => {
      const hearing = this.hearings.renew(id, address.until);
      await store.completeSocket(address, { rooms });
      if (hearing) await store.saveHearing(address, hearing);
    });
  }
}
