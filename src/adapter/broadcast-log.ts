import { setTimeout as sleep } from "node:timers/promises";
import { logWarning } from "../log";
import type { Member, Room } from "../ports";
import type { Audience } from "./audience";
import type { AdapterPorts } from "./contract";
import type { Outgoing } from "./outgoing";

type LogPorts = Pick<AdapterPorts, "log" | "sessions" | "store" | "effects">;

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

  /** Whether a member is to be sent a packet: not what it will have, or has, from the log. */
  admits(member: Member, { offset }: Outgoing): boolean | Promise<boolean> {
    const { replayed } = member;
    if (!replayed) return true;
    if (offset === undefined) return replayed.until !== undefined;
    const isNewer = replayed.until !== undefined && offset > replayed.until;
    return isNewer || this.#ask(member, offset);
  }

  /** The same for a member whose mark alone does not tell. */
  async #ask(member: Member, offset: string): Promise<boolean> {
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
