import type { Packet } from "../../wire/packet";
import type {
  HostedClient,
  PacketDecoder,
  Parser,
  ProtocolHandler,
  ProtocolSink,
} from "../protocol";
import { singleDeclaration, socketIoDeclaration } from "./declaration";
import { decodeEngineFrame, encodeEngineFrames, openFrame } from "./engine-io";
import { isSingleFrame, SingleDecoder, SingleEncoder } from "./single";

/** A connection of a stock Socket.IO client, with either parser. */
export function createSocketIoHandler(sink: ProtocolSink, client: HostedClient): ProtocolHandler {
  return new SocketIoHandler(sink, client);
}

class SocketIoHandler implements ProtocolHandler {
  #encoder: Parser["encoder"];
  #decoder: PacketDecoder;
  /** Which parser a client uses may show only with its first packet. */
  #mayBecomeSingle: boolean;
  /** The attachments may come in a later batch, to a decoder that has not seen the packet. */
  pending: readonly string[] = [];

  constructor(
    private readonly sink: ProtocolSink,
    private readonly client: HostedClient,
  ) {
    const isSingle = client.protocol === singleDeclaration.id;
    this.#mayBecomeSingle = client.protocol === socketIoDeclaration.id;
    this.#encoder = isSingle ? new SingleEncoder() : client.parser.encoder;
    this.#decoder = this.#listen(isSingle ? new SingleDecoder() : client.parser.decoder);
  }

  open(): void {
    // A client sends nothing before this packet; sent twice, after a redelivery, it does no harm.
    this.sink.send([openFrame(this.client.id)]);
  }

  receive(frame: string): void {
    if (this.#mayBecomeSingle && !this.client.hasSockets() && isSingleFrame(frame)) {
      this.#becomeSingle();
    }
    const input = decodeEngineFrame(frame);
    if (input.type === "violation") this.sink.fail(input.reason);
    if (input.type !== "message") return;
    this.#decode(input.data);
    this.pending = this.#decoder.reconstructor ? [...this.pending, frame] : [];
  }

  encode(packet: Packet): string[] {
    return encodeEngineFrames(this.#encoder.encode(packet));
  }

  /** Socket.IO's client does the same. https://github.com/socketio/socket.io/issues/1880 */
  #decode(part: string | Buffer | undefined): void {
    try {
      this.#decoder.add(part);
    } catch (error) {
      this.sink.fail(error as Error);
    }
  }

  #becomeSingle(): void {
    this.#mayBecomeSingle = false;
    this.#encoder = new SingleEncoder();
    this.#decoder = this.#listen(new SingleDecoder());
    this.sink.become(singleDeclaration.id);
  }

  #listen(decoder: PacketDecoder): PacketDecoder {
    decoder.on("decoded", (packet) => this.sink.receive(packet));
    return decoder;
  }
}
