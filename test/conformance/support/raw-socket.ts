import { once } from "node:events";
import WebSocket from "ws";

/** A plain WebSocket whose frames are read one after the other. */
export class RawSocket {
  readonly #webSocket: WebSocket;
  readonly #frames: string[] = [];
  readonly #closed: Promise<[code: number]>;
  #wake: () => void = () => {};

  constructor(url: string) {
    this.#webSocket = new WebSocket(url);
    this.#closed = once(this.#webSocket, "close") as Promise<[number]>;
    this.#webSocket.on("message", (data) => {
      this.#frames.push(data.toString());
      this.#wake();
    });
  }

  send(...frames: (string | Uint8Array)[]): void {
    for (const frame of frames) this.#webSocket.send(frame);
  }

  async next(): Promise<string> {
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#frames.shift() as string;
  }

  /** The next frames, as many as asked for. */
  async take(count: number): Promise<string[]> {
    const frames: string[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** Resolves with the close code once the server has closed the WebSocket. */
  async closed(): Promise<number> {
    const [code] = await this.#closed;
    return code;
  }

  close(): void {
    this.#webSocket.terminate();
  }
}

/** The status with which an upgrade is refused. */
export async function refusalOf(url: string): Promise<number> {
  const webSocket = new WebSocket(url);
  webSocket.on("error", () => {});
  const [, response] = await once(webSocket, "unexpected-response");
  response.destroy();
  return response.statusCode;
}
