import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import { freshSocketIo, type SocketIo } from "../../support/fresh-socket-io";
import { waitFor } from "../../support/wait-for";
import { FrameClient } from "./frame-client";
import { answerTo } from "./frames";
import type { Application, Side, SideOptions } from "./side";

/** One copy for all tests of a file: loading it takes longer than most of them. */
let own: SocketIo | undefined;

/** Socket.IO's own server in this process, with plain WebSockets as its clients. */
export async function startReference(
  application: Application,
  { server = {} }: SideOptions = {},
): Promise<Side> {
  own ??= freshSocketIo();
  const { Server } = own;
  const http = createServer();
  const io = new Server(http, { ...server });
  const noted: unknown[] = [];
  application(io, (...seen) => noted.push(seen));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/socket.io/?EIO=4&transport=websocket`;
  const clients: ReferenceClient[] = [];
  const settle = async () => {
    const count = () => clients.filter(({ isOpen }) => isOpen).length;
    // Socket.IO dispatches in the next tick, which may itself send something to another client.
    for (let round = 0; round < 3; round++) {
      await Promise.all(clients.map((client) => client.barrier()));
      await sleep(1);
    }
    await waitFor(() => io.engine.clientsCount === count());
  };
  const open = async () => {
    const client = new ReferenceClient(new WebSocket(url), settle);
    clients.push(client);
    await waitFor(() => client.take().length > 0);
    return client;
  };
  return {
    name: "reference",
    noted,
    open,
    connect: async () => (await open()).joined(),
    async close() {
      for (const client of clients) client.cut();
      await io.close();
    },
  };
}

class ReferenceClient extends FrameClient {
  readonly #frames: string[] = [];
  readonly #closed: Promise<unknown>;

  constructor(
    readonly webSocket: WebSocket,
    private readonly settle: () => Promise<void>,
  ) {
    super();
    this.#closed = once(webSocket, "close");
    webSocket.on("message", (data: Buffer, isBinary) => {
      const frame = isBinary ? `b${data.toString("base64")}` : data.toString();
      this.#frames.push(frame);
      const answer = answerTo(frame, this.answer);
      if (answer) webSocket.send(answer);
    });
  }

  get isOpen(): boolean {
    return this.webSocket.readyState === WebSocket.OPEN;
  }

  async send(...frames: string[]): Promise<void> {
    for (const frame of frames) this.webSocket.send(frame);
    await this.settle();
  }

  take(): string[] {
    return this.#frames.splice(0);
  }

  async leave(): Promise<void> {
    this.webSocket.close();
    await this.settle();
  }

  cut(): void {
    this.webSocket.terminate();
  }

  /** Resolves when the server has read all that was sent before, or has closed the connection. */
  async barrier(): Promise<void> {
    // One that is about to open has sent nothing yet.
    if (this.webSocket.readyState === WebSocket.CONNECTING) return;
    if (!this.isOpen) return void (await this.#closed);
    const answered = new Promise((resolve) => this.webSocket.once("pong", resolve));
    this.webSocket.ping();
    await Promise.race([answered, this.#closed]);
  }
}
