import type { Requests } from "../../ports";
import { Lists } from "./lists";
import type { Memory } from "./memory";

/** HTTP requests on the lane of the application, and their answers. */
export class MemoryRequests implements Requests {
  readonly #requests = new Lists<Uint8Array>();
  readonly #answers = new Lists<Uint8Array>();

  constructor(private readonly memory: Memory) {}

  get size(): number {
    return this.#requests.size + this.#answers.size;
  }

  put(id: string, request: Uint8Array): Promise<void> {
    return this.memory.write(() => this.#requests.set(id, "", Buffer.from(request)));
  }

  async read(id: string): Promise<Uint8Array | undefined> {
    await undefined;
    return this.#requests.get(id, "");
  }

  answer(id: string, answer: Uint8Array): Promise<boolean> {
    return this.memory.write(() => {
      if (this.#answers.get(id, "")) return false;
      this.#answers.set(id, "", Buffer.from(answer));
      return true;
    });
  }

  async readAnswer(id: string): Promise<Uint8Array | undefined> {
    await undefined;
    return this.#answers.get(id, "");
  }
}
