import type { Room } from "../ports";
import { parseOffset } from "../wire/offset";
import type { Audience } from "./audience";
import type { AdapterPorts } from "./contract";
import type { Outgoing } from "./outgoing";

type LogPorts = Pick<AdapterPorts, "log" | "effects">;

/**
 * Of a broadcast that took longer no end is noted: one slow recipient, or one whose session is being restored, holds up
 * its end and none of its other posts. A client that was lost meanwhile would miss all that began until then.
 */
const LONGEST_MS = 1000;

/**
 * The sending side of connection state recovery: every event is logged under the rooms of its
 * audience before it is sent, so a client that is away then finds it later, and a socket that is just being
 * restored gets it once: from the log or from the broadcast.
 */
export class BroadcastLog {
  constructor(
    private readonly namespace: string,
    private readonly ports: LogPorts,
    private readonly keepMs: number,
  ) {}

  async begin(outgoing: Outgoing, { rooms, except }: Audience): Promise<void> {
    const packet = { offset: outgoing.begin(), encoded: outgoing.encoded, except: [...except] };
    const { effects, log } = this.ports;
    const logs = logsOf(rooms);
    effects.sender()?.noteLogged(logs.length, outgoing.bytes);
    await log.append(this.namespace, logs, packet, this.keepMs);
  }

  /** Notes when it was over: what began until then was on its way at the same time. */
  end({ offset }: Outgoing, { rooms }: Audience): void {
    const began = offset === undefined ? undefined : parseOffset(offset);
    if (!began || Date.now() - began.time > LONGEST_MS) return;
    const { effects, log } = this.ports;
    effects.runInBackground("note the end of a broadcast", () =>
      log.finish(this.namespace, logsOf(rooms), began.text, this.keepMs),
    );
  }
}

/** The logs of an audience: those of its rooms, or that of everyone. */
export function logsOf(rooms: ReadonlySet<Room>): readonly (Room | undefined)[] {
  return rooms.size > 0 ? [...rooms] : [undefined];
}
