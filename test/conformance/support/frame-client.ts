import { connectFrame, eventsIn, idIn } from "./frames";
import type { Answer, RawClient } from "./side";

/** What both kinds of client have in common. */
export abstract class FrameClient implements RawClient {
  answer: Answer = () => undefined;
  /** The socket's id in the main namespace. */
  id = "";

  abstract readonly isOpen: boolean;
  abstract send(...frames: string[]): Promise<void>;
  abstract take(): string[];
  abstract leave(): Promise<void>;

  emit(event: string, ...args: unknown[]): Promise<void> {
    return this.send(`42${JSON.stringify([event, ...args])}`);
  }

  async join(namespace = "/", auth?: object): Promise<string> {
    await this.send(connectFrame(namespace, auth));
    return idIn(this.take(), namespace);
  }

  /** The client, once it has joined the main namespace. */
  async joined(): Promise<this> {
    this.id = await this.join();
    return this;
  }

  events(): unknown[] {
    return eventsIn(this.take());
  }
}
