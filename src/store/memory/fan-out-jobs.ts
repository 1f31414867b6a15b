import type { FanOutJobs, Member, Page, Progress, Range, SharedPacket } from "../../ports";
import { Lists } from "./lists";
import { EVERYONE, type Memberships, placeIn } from "./memberships";
import { checkSize, copy, type Memory } from "./memory";

/** What the invocations that send one broadcast share. */
export class MemoryFanOutJobs implements FanOutJobs {
  readonly #packets = new Map<string, SharedPacket>();
  readonly #progresses = new Lists<Progress>();

  constructor(
    private readonly memory: Memory,
    private readonly memberships: Memberships,
  ) {}

  get size(): number {
    return this.#packets.size + this.#progresses.size;
  }

  /** One range: the twin needs no partitions. */
  cut({ namespace, room }: Pick<SharedPacket, "namespace" | "room">): readonly Range[] {
    return [{ partition: placeIn(namespace, room ?? EVERYONE), after: "", to: "~" }];
  }

  async keep(id: string, packet: SharedPacket): Promise<void> {
    const kept = copyPacket(packet);
    checkSize(...kept.encoded, ...kept.hidden);
    await this.memory.write(() => void this.#packets.set(id, kept));
  }

  async packet(id: string): Promise<SharedPacket | undefined> {
    await undefined;
    const kept = this.#packets.get(id);
    return kept && copyPacket(kept);
  }

  async members({ partition, after, to }: Range, limit: number): Promise<Page<Member>> {
    await undefined;
    return this.memberships.pageOf(partition, { after, to, limit });
  }

  note(id: string, part: number, progress: Progress): Promise<void> {
    return this.memory.write(() => this.#progresses.set(id, String(part), copy(progress)));
  }

  async progress(id: string, part: number): Promise<Progress | undefined> {
    await undefined;
    return this.#progresses.get(id, String(part));
  }

  async progresses(id: string): Promise<readonly Progress[]> {
    const all: Progress[] = [];
    for await (const page of this.#progresses.pages(id)) all.push(...page.map(([, one]) => one));
    return all;
  }
}

/** With bytes that no caller changes later. */
function copyPacket(packet: SharedPacket): SharedPacket {
  const encoded = packet.encoded.map((part) =>
    typeof part === "string" ? part : Buffer.from(part),
  );
  return { ...packet, encoded, hidden: [...packet.hidden] };
}
