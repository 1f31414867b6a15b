import type { Room, Session, SocketAddress, SocketId } from "../ports";
import { sessionIdOf } from "../session-id";
import type { AdapterContext } from "./context";
import type { Hearings } from "./hearings";
import type { Memberships } from "./memberships";
import type { Returns } from "./returns";

interface Parts {
  readonly memberships: Pick<Memberships, "afterLeaving">;
  readonly hearings: Hearings;
  readonly returns: Returns;
}

/** What Socket.IO's connection state recovery asks of the adapter. */
export class SessionKeeper {
  constructor(
    private readonly context: AdapterContext,
    private readonly parts: Parts,
  ) {}

  /** Keeps what recovery needs of a socket whose connection broke. */
  persist(id: SocketId, pid: string, rooms: readonly Room[]): void {
    const { local, ports } = this.context;
    const socket = local(id);
    if (!socket || ports.effects.isMuted()) return;
    const { address }: { readonly address: SocketAddress } = socket;
    // The socket that takes it over becomes a member of the same rooms under the same id, so this one has to
    // have left them before.
    this.parts.memberships.afterLeaving(id, () => {
      // Read when the listeners for `disconnect` have run: Socket.IO keeps the object that they write to.
      const { data } = socket.describe().state;
      const hearing = this.parts.hearings.of(id);
      const session = { id, rooms, data, ...(hearing && { hearing }) };
      return ports.sessions.end(address, pid, session);
    });
  }

  /** Takes a session over; `undefined` if no session can go on. */
  claim(pid: string, offset: string): Promise<Session | undefined> {
    return this.parts.returns.claim(pid, offset);
  }

  /** Reads what a socket has missed in the rooms that it has now; `false` if its session cannot go on. */
  async restore(id: SocketId): Promise<boolean> {
    const { returns } = this.parts;
    const view = this.context.sids.get(id);
    const isRestored = await returns.restore(id, [...(view ?? [])]);
    const rooms = returns.restored(id)?.rooms;
    // It had to leave the others while its client was away.
    for (const room of rooms && view ? [...view] : []) {
      if (!rooms?.includes(room)) view?.delete(room);
    }
    return isRestored;
  }

  /** Whether the function that was restoring a session died before its socket was complete. */
  async isBeingRestored(pid: string): Promise<boolean> {
    const { ports, namespace } = this.context;
    const session = await ports.sessions.read(namespace.name, sessionIdOf(pid));
    return session?.state === "restoring";
  }
}
