import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";

/** Memory of one process, in MB. */
export interface Memory {
  readonly rss: number;
  /** What is alive of its main thread, after a full garbage collection. */
  readonly heap: number;
  /** The same of each of its worker threads, by name. */
  readonly workers: Readonly<Record<string, number>>;
}

const toMb = (bytes: number) => bytes / 2 ** 20;
const LIMIT_MS = 5000;

/**
 * Measures live heaps by the inspector's protocol, which reaches worker threads too: Node 20 has no other way
 * to ask a worker for its heap from outside.
 * https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/
 */
export class Heaps {
  readonly #session = new Session();
  readonly #nameExpression: string;
  /** What the inspector has told. It interrupts whatever runs, so its listeners do nothing but note it. */
  readonly #attached: { sessionId: string; workerId: string }[] = [];
  readonly #detached: string[] = [];
  readonly #answers: string[] = [];
  readonly #names = new Map<string, string | undefined>();
  #messages = 0;

  /** @param nameExpression evaluated in each worker to name it; one without a name is not measured */
  constructor(nameExpression = "undefined") {
    this.#nameExpression = nameExpression;
    this.#session.connect();
    this.#session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
      this.#attached.push({ sessionId, workerId: workerInfo.workerId });
    });
    this.#session.on("NodeWorker.detachedFromWorker", ({ params }) => {
      this.#detached.push(params.sessionId);
    });
    this.#session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
      this.#answers.push(params.message);
    });
    this.#session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  }

  async measure(): Promise<Memory> {
    const workers: Record<string, number> = {};
    for (const { sessionId, workerId } of [...this.#attached]) {
      const name = await this.#nameOf(sessionId);
      if (name === undefined || this.#detached.includes(sessionId)) continue;
      await this.#ask(sessionId, "HeapProfiler.collectGarbage");
      const usage = await this.#ask(sessionId, "Runtime.getHeapUsage");
      if (usage) workers[`${name} ${workerId}`] = toMb(usage.usedSize as number);
    }
    this.#session.post("HeapProfiler.collectGarbage");
    const { rss, heapUsed } = process.memoryUsage();
    return { rss: toMb(rss), heap: toMb(heapUsed), workers };
  }

  async #nameOf(sessionId: string): Promise<string | undefined> {
    if (this.#names.has(sessionId)) return this.#names.get(sessionId);
    const expression = this.#nameExpression;
    const answer = await this.#ask(sessionId, "Runtime.evaluate", { expression });
    const name = (answer?.result as { value?: string } | undefined)?.value;
    this.#names.set(sessionId, name);
    return name;
  }

  /** Nothing, if the worker has ended. */
  async #ask(
    sessionId: string,
    method: string,
    params: object = {},
  ): Promise<Record<string, unknown> | undefined> {
    const id = ++this.#messages;
    const message = JSON.stringify({ id, method, params });
    this.#session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
    const deadline = performance.now() + LIMIT_MS;
    while (performance.now() < deadline && !this.#detached.includes(sessionId)) {
      await sleep(2);
      for (const answer of this.#answers.splice(0)) {
        const { id: answered, result } = JSON.parse(answer);
        if (answered === id) return result;
      }
    }
    return undefined;
  }
}
