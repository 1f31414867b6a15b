import { setTimeout as sleep } from "node:timers/promises";
import { logWarning } from "../log";
import type { Effects, Member, PacketLog, Room, Sessions, Store } from "../ports";
import type { Audience } from "./audience";
import type { Outgoing } from "./outgoing";

export interface LogPorts {
  readonly log: PacketLog;
  readonly sessions: Sessions;
  readonly store: Store;
  readonly effects: Effects;
}

/** A broadcast waits this long for the restoring of a session; one that takes longer was abandoned. */
const RESTORING_MS = 10_000;
/** A mark of restoring this old was left behind by a crash. */
const STALE_MS = 60_000;
const POLL_MS = 30;

/**
 * The sending side of connection state recovery: every event is logged under the rooms of its
 * audience before it is sent, so whoever is away then finds it later, and a socket that is just being
 * restored gets it once: from the log or from the broadcast.
 */
export class BroadcastLog {
  constructor(
    private readonly namespace: string,
    private readonly ports: LogPorts,
    private readonly keepMs: number,
  ) {}

  async begin(outgoing: Outgoing, { rooms, except }: Audience): Promise<void> {
    const packet = { offset: outgoing.begin(), parts: outgoing.parts, except: [...except] };
    await this.ports.log.append(this.namespace, logsOf(rooms), packet, this.keepMs);
  }

  /** Notes when it was over: what began until then was on its way at the same time. */
  end({ offset }: Outgoing, { rooms }: Audience): void {
    if (offset === undefined) return;
    const { effects, log } = this.ports;
    effects.runAside("note the end of a broadcast", () =>
      log.finish(this.namespace, logsOf(rooms), offset, this.keepMs),
    );
  }

  /** Whether a member is to be sent what has this offset, or will have it, or has it, from the log. */
  admits({ replayed }: Member, offset: string | undefined): boolean | "ask" {
    if (!replayed) return true;
    if (offset === undefined) return replayed.until !== undefined;
    return replayed.until !== undefined && offset > replayed.until ? true : "ask";
  }

  /** The same for a member whose mark alone does not tell. */
  async ask(member: Member, offset: string): Promise<boolean> {
    const { pid } = member.replayed as { pid: string };
    for (;;) {
      const session = await this.ports.sessions.read(this.namespace, pid);
      if (session?.state === "connected") return !session.replayed.has(offset);
      if (session?.state !== "restoring") return false;
      const ageMs = Date.now() - session.since;
      if (ageMs > STALE_MS) await this.#forget(member);
      if (ageMs > RESTORING_MS) {
        logWarning("A session was not restored in time", { namespace: this.namespace });
        return false;
      }
      await sleep(POLL_MS);
    }
  }

  async #forget({ socketId, connectionId }: Member): Promise<void> {
    const { namespace } = this;
    await this.ports.store.forget({ namespace, socketId, connectionId });
  }
}

function logsOf(rooms: ReadonlySet<Room>): readonly (Room | undefined)[] {
  return rooms.size > 0 ? [...rooms] : [undefined];
}
