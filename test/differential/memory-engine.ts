import type { IncomingMessage } from "node:http";
import { Server as Engine, Transport } from "engine.io";
import { decodePacket, encodePacket, type Packet } from "engine.io-parser";
import type { AnswerTo } from "./language";

/** Longer than any program: pings would come between what is compared. */
const NEVER_MS = 2 ** 31 - 1;

type Request = ConstructorParameters<typeof Transport>[0];

/** A request without a socket: Engine.IO only reads its query, and the transport the connection's name. */
interface MemoryRequest {
  readonly _query: Readonly<Record<string, string>>;
  readonly id: string;
}

/** Engine.IO's own server, whose clients are in this process. What is sent arrives at once. */
export class MemoryEngine extends Engine {
  readonly #transports = new Map<string, MemoryTransport>();
  /** What was sent since the last look, by connection. */
  sent = new Map<string, string[]>();
  answerTo: AnswerTo = () => undefined;
  /** What clients have answered, and the server has not got yet. */
  readonly answers: [id: string, text: string][] = [];

  constructor() {
    super({ pingInterval: NEVER_MS, pingTimeout: NEVER_MS });
  }

  async open(id: string): Promise<void> {
    const request = {
      ...{ method: "GET", url: "/socket.io/?EIO=4&transport=websocket", headers: {} },
      ...{ _query: { EIO: "4", transport: "websocket", b64: "1" }, connection: {}, id },
    };
    await this.handshake("websocket", request as unknown as IncomingMessage & Request, () => {});
  }

  receive(id: string, text: string): void {
    this.#transports.get(id)?.receive(text);
  }

  /** The client closes its connection. */
  cut(id: string): void {
    this.#transports.get(id)?.cut();
  }

  override createTransport(_: string, given: IncomingMessage): MemoryTransport {
    const request = given as unknown as MemoryRequest;
    const { id } = request;
    const transport = new MemoryTransport(request, (text) => {
      this.sent.set(id, [...(this.sent.get(id) ?? []), text]);
      const answer = this.answerTo(id, text);
      if (answer !== undefined) this.answers.push([id, answer]);
    });
    this.#transports.set(id, transport);
    return transport;
  }
}

class MemoryTransport extends Transport {
  constructor(
    request: MemoryRequest,
    private readonly deliver: (text: string) => void,
  ) {
    super(request as unknown as Request);
    this.writable = true;
  }

  get name(): string {
    return "websocket";
  }

  override send(packets: readonly Packet[]): void {
    for (const packet of packets) {
      encodePacket(packet, false, (text: string) => this.deliver(text));
    }
    this.emit("drain");
    this.emit("ready");
  }

  receive(text: string): void {
    if (this.readyState === "open") this.onPacket(decodePacket(text));
  }

  cut(): void {
    if (this.readyState === "open") this.onClose();
  }

  override doClose(done = () => {}): void {
    this.deliver("(closed)");
    done();
    this.onClose();
  }
}
