import { deserialize, serialize } from "node:v8";
import type { Ack, AckStore, ConnectionId, Isolation, Isolations, Spendings } from "../../ports";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** Clients' acks, on their way to the invocation that waits for them. */
export class MemoryAcks implements AckStore {
  readonly #args = new Lists<Buffer>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#args.size;
  }

  put(namespace: string, ackId: number, { connectionId, args }: Ack): Promise<void> {
    const bytes = serialize(args);
    return this.memory.write(() => this.#args.set(`${namespace},${ackId}`, connectionId, bytes));
  }

  async read(namespace: string, ackId: number): Promise<Ack[]> {
    const answers: Ack[] = [];
    for await (const page of this.#args.pages(`${namespace},${ackId}`)) {
      answers.push(
        ...page.map(([connectionId, args]) => ({ connectionId, args: deserialize(args) })),
      );
    }
    return answers;
  }

  async remove(namespace: string, ackId: number, from: readonly ConnectionId[]): Promise<void> {
    for (const id of from) {
      await this.memory.write(() => this.#args.delete(`${namespace},${ackId}`, id));
    }
  }
}

/** What networks have spent. */
export class MemorySpendings implements Spendings {
  readonly #sums = new Lists<number>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#sums.size;
  }

  add(network: string, hour: number, amount: number): Promise<number> {
    return this.memory.write(() => {
      const sum = (this.#sums.get(network, String(hour)) ?? 0) + amount;
      this.#sums.set(network, String(hour), sum);
      return sum;
    });
  }
}

/** What is known of lanes that were delivered before. */
export class MemoryIsolations implements Isolations {
  readonly #isolations = new Map<string, Isolation>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#isolations.size;
  }

  async read(lane: string): Promise<Isolation> {
    await undefined;
    return this.#find(lane);
  }

  begin(lane: string, messageId: string, times: number): Promise<void> {
    return this.memory.write(() => {
      const { quarantined } = this.#find(lane);
      this.#isolations.set(lane, { suspect: { messageId, times }, quarantined });
    });
  }

  quarantine(lane: string, messageId: string): Promise<void> {
    return this.memory.write(() => {
      const { quarantined } = this.#find(lane);
      this.#isolations.set(lane, { quarantined: new Set([...quarantined, messageId]) });
    });
  }

  /** What is in quarantine is kept: its batch may come again. */
  end(lane: string): Promise<void> {
    return this.memory.write(() => {
      const { quarantined } = this.#find(lane);
      if (quarantined.size > 0) this.#isolations.set(lane, { quarantined });
      else this.#isolations.delete(lane);
    });
  }

  #find(lane: string): Isolation {
    return this.#isolations.get(lane) ?? { quarantined: new Set() };
  }
}
