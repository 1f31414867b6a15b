import { deserialize, serialize } from "node:v8";
import type { Answer, Answers, ConnectionId, Spendings, Trial, Trials } from "../../ports";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** Clients' acks, on their way to the invocation that waits for them. */
export class MemoryAnswers implements Answers {
  readonly #args = new Lists<Buffer>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#args.size;
  }

  put(namespace: string, ackId: number, { connectionId, args }: Answer): Promise<void> {
    const bytes = serialize(args);
    return this.memory.write(() => this.#args.set(`${namespace},${ackId}`, connectionId, bytes));
  }

  async read(namespace: string, ackId: number): Promise<Answer[]> {
    const answers: Answer[] = [];
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
export class MemoryTrials implements Trials {
  readonly #trials = new Map<string, Trial>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#trials.size;
  }

  async read(lane: string): Promise<Trial> {
    await undefined;
    return this.#find(lane);
  }

  begin(lane: string, messageId: string, times: number): Promise<void> {
    return this.memory.write(() => {
      const { setAside } = this.#find(lane);
      this.#trials.set(lane, { suspect: { messageId, times }, setAside });
    });
  }

  convict(lane: string, messageId: string): Promise<void> {
    return this.memory.write(() => {
      const { setAside } = this.#find(lane);
      this.#trials.set(lane, { setAside: new Set([...setAside, messageId]) });
    });
  }

  /** What was set aside is kept: its batch may come again. */
  end(lane: string): Promise<void> {
    return this.memory.write(() => {
      const { setAside } = this.#find(lane);
      if (setAside.size > 0) this.#trials.set(lane, { setAside });
      else this.#trials.delete(lane);
    });
  }

  #find(lane: string): Trial {
    return this.#trials.get(lane) ?? { setAside: new Set() };
  }
}
