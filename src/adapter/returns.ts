import type { Session, SocketId } from "../ports";
import type { AdapterPorts } from "./contract";
import type { Claim, RestoredSession, SessionRecovery } from "./recovery";

interface Return {
  readonly claim: Claim;
  restored?: RestoredSession;
}

/** Sockets that are about to go on with a session. */
export class Returns {
  readonly #bySocket = new Map<SocketId, Return>();

  constructor(
    private readonly effects: AdapterPorts["effects"],
    private readonly recovery: SessionRecovery | undefined,
  ) {}

  has(id: SocketId): boolean {
    return this.#bySocket.has(id);
  }

  /** Takes a session over for the running connection. `undefined` if there is nothing to recover. */
  async claim(pid: string, offset: string): Promise<Session | undefined> {
    const { effects, recovery } = this;
    const connection = effects.connection();
    if (!recovery || !connection || effects.isMuted()) return undefined;
    const claim = await effects.run("take a session over", () =>
      recovery.claim(pid, offset, connection),
    );
    if (claim) this.#bySocket.set(claim.session.id, { claim });
    return claim?.session;
  }

  /** Restores its session; `false` if that cannot go on. @param rooms in which its client may still be */
  async restore(id: SocketId, rooms: RestoredSession["rooms"]): Promise<boolean> {
    const found = this.#bySocket.get(id);
    if (!found) return true;
    const { claim } = found;
    const restored = await this.effects.run("restore a session", async () =>
      this.recovery?.restore(claim, rooms),
    );
    if (restored) found.restored = restored;
    else this.#bySocket.delete(id);
    return restored !== undefined;
  }

  /** The session of a socket that connects. */
  restored(id: SocketId): RestoredSession | undefined {
    return this.#bySocket.get(id)?.restored;
  }

  /** A socket that was refused gives its session back. */
  giveBack(id: SocketId): void {
    const found = this.#bySocket.get(id);
    if (!found || !this.#bySocket.delete(id)) return;
    void this.effects.run("give a session back", async () =>
      this.recovery?.giveBack(found.claim, found.restored),
    );
  }

  release(id: SocketId): void {
    this.#bySocket.delete(id);
  }
}
