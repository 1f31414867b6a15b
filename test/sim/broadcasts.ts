import type { Item } from "../../src/store/dynamo/item";
import { decodePacket } from "../../src/wire/decode";
import { parseOffset } from "../../src/wire/offset";
import { type Said, show } from "./said";

/** One time that an event was sent to its audience. Times are epoch milliseconds. */
export interface Broadcast {
  readonly offset: string;
  readonly beganAt: number;
  /** When its end was noted; absent if workers sent it, or if the note got lost. */
  readonly endedAt?: number | undefined;
  /** Absent for what no talker said, such as a notice of presence. */
  readonly said?: Said | undefined;
}

/** The broadcasts of a run, as the log of packets has them. Without connection state recovery nothing is logged. */
export class Broadcasts {
  readonly #byOffset = new Map<string, Broadcast>();
  readonly #bySaid = new Map<string, Broadcast>();

  constructor(items: readonly Item[]) {
    const logged = items.filter(({ p }) => (p as string).startsWith("l"));
    const ends = new Map(logged.map(({ s, z }) => [s, z as number]));
    for (const { s, f } of logged) {
      const began = parseOffset(s as string);
      if (!began || typeof f !== "string") continue;
      const { text: offset, time: beganAt } = began;
      const said = saidIn(f);
      const broadcast = { offset, beganAt, endedAt: ends.get(`${offset}~`), said };
      this.#byOffset.set(offset, broadcast);
      const before = said && this.#bySaid.get(show(said));
      if (said && (before?.offset ?? "") < offset) this.#bySaid.set(show(said), broadcast);
    }
  }

  at(offset: string): Broadcast | undefined {
    return this.#byOffset.get(offset);
  }

  /** The last of a message: where its event came again there are several. */
  of(said: Said): Broadcast | undefined {
    return this.#bySaid.get(show(said));
  }
}

function saidIn(text: string): Said | undefined {
  const [event, said] = (decodePacket([text])?.data ?? []) as [string?, Said?];
  return event === "said" ? said : undefined;
}
