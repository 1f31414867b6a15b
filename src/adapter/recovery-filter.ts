import { setTimeout as sleep } from "node:timers/promises";
import { logWarning } from "../log";
import type { Member, RecoveryMark, Sessions, StoredSession } from "../ports";

/** A broadcast waits this long for the restoring of a session; one that takes longer was abandoned. */
const RESTORING_MS = 10_000;
const POLL_MS = 30;

/** Tells who is not to be sent a packet, since the log brings it, or has brought it. */
export class RecoveryFilter {
  constructor(
    private readonly namespace: string,
    private readonly ports: { readonly sessions: Pick<Sessions, "read"> },
  ) {}

  /** @param offset of the packet; absent if it is not logged, so that no client gets it later. */
  admits(member: Member, offset: string | undefined): boolean | Promise<boolean> {
    const { recoveryMark } = member;
    if (!recoveryMark) return true;
    if (offset === undefined) return recoveryMark.until !== undefined;
    const isNewer = recoveryMark.until !== undefined && offset > recoveryMark.until;
    return isNewer || this.#ask(member, offset);
  }

  /** Waits until the session of a member has been restored. */
  async settled(member: Member): Promise<void> {
    if (member.recoveryMark && member.recoveryMark.until === undefined) await this.#session(member);
  }

  /** The same for a member whose mark alone does not tell. */
  async #ask(member: Member, offset: string): Promise<boolean> {
    const session = await this.#session(member);
    return session?.state === "connected" && !session.inFlightOffsets.has(offset);
  }

  /** The session of a member once it is restored; `undefined` if that takes too long. */
  async #session(member: Member): Promise<StoredSession | undefined> {
    const { sessionId } = member.recoveryMark as RecoveryMark;
    for (;;) {
      const session = await this.ports.sessions.read(this.namespace, sessionId);
      if (session?.state !== "restoring") return session;
      if (Date.now() - session.since > RESTORING_MS) {
        logWarning("A session was not restored in time", { namespace: this.namespace });
        return undefined;
      }
      await sleep(POLL_MS);
    }
  }
}
