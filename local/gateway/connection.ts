import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock } from "../clock";
import { type FrameLimits, FrameMeter } from "./frame-meter";
import { createId } from "./ids";
import { sourceIp } from "./source-ip";

/** Who is at the far end, as far as the gateway can tell. */
export interface Identity {
  readonly userAgent?: string;
  readonly sourceIp: string;
}

/** Code and reason that `$disconnect` gets to see. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** What a connection tells once it is open. */
export interface ConnectionEvents {
  readonly onText: (text: string) => void;
  readonly onClosed: (closing: Closing) => void;
}

/** Bounds of a connection. */
export interface ConnectionLimits extends FrameLimits {
  readonly slowReaderBytes: number;
  readonly closeGraceMs: number;
  readonly clock: Clock;
}

/** One WebSocket at the gateway, from the start of its handshake. */
export class Connection {
  readonly id = createId();
  readonly connectedAt: number;
  readonly host: string;
  readonly identity: Identity;
  lastActiveAt: number;
  readonly #limits: ConnectionLimits;
  #state: "connecting" | "open" | "closing" | "closed" = "connecting";
  #webSocket: WebSocket | undefined;
  #events: ConnectionEvents | undefined;
  #closing: Closing | undefined;
  #isSilent = false;
  #graceTimer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, limits: ConnectionLimits) {
    const userAgent = request.headers["user-agent"];
    // The user agent is absent, not empty, if the client sent none.
    this.identity = { ...(userAgent !== undefined && { userAgent }), sourceIp: sourceIp(request) };
    this.host = request.headers.host ?? "localhost";
    this.#limits = limits;
    this.connectedAt = limits.clock.now();
    this.lastActiveAt = this.connectedAt;
  }

  /** Whether the handshake is finished and neither side has closed. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Starts the life of the connection after the 101. */
  open(webSocket: WebSocket, stream: Duplex, events: ConnectionEvents): void {
    this.#state = "open";
    this.#webSocket = webSocket;
    this.#events = events;
    const meter = new FrameMeter(this.#limits);
    // Before the library sees the same bytes, so that a message that is too large is never delivered.
    stream.prependListener("data", (chunk: Buffer) => {
      if (this.isOpen && meter.exceeds(chunk)) this.close({ code: 1009, reason: "" });
    });
    webSocket.on("message", (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    webSocket.on("close", (code, reason) => this.#finish(clientClosing(code, reason.toString())));
    // A protocol error: the library closes with the fitting code and then reports the close.
    webSocket.on("error", () => undefined);
  }

  /** Sends one text frame; a half-open connection loses it without notice. */
  send(data: Buffer | string): "sent" | "gone" | "full" {
    if (!this.isOpen || this.#webSocket === undefined) return "gone";
    if (this.#webSocket.bufferedAmount > this.#limits.slowReaderBytes) return "full";
    this.lastActiveAt = this.#limits.clock.now();
    if (!this.#isSilent) this.#webSocket.send(data, { binary: false });
    return "sent";
  }

  /** Closes from this side. The frame to the client may say less than `$disconnect` gets to see. */
  close(closing: Closing, frameReason: string = closing.reason): void {
    if (!this.isOpen || this.#webSocket === undefined) return;
    this.#closing = closing;
    this.#state = "closing";
    if (this.#isSilent) {
      this.#webSocket.terminate();
      return this.#finish(closing);
    }
    this.#webSocket.close(closing.code, frameReason);
    this.#graceTimer = setTimeout(() => this.#webSocket?.terminate(), this.#limits.closeGraceMs);
  }

  /**
   * Makes the connection half-open, as when a cable is pulled: posts succeed and are lost, nothing comes in,
   * and its end is noticed only when it has been idle or old for too long.
   */
  silence(): void {
    this.#isSilent = true;
  }

  /** Forgets the connection and reports nothing: the stack is closing. */
  destroy(): void {
    this.#state = "closed";
    clearTimeout(this.#graceTimer);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!this.isOpen || this.#isSilent) return;
    this.lastActiveAt = this.#limits.clock.now();
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
    if (isBinary) this.close({ code: 1003, reason: "" });
    else this.#events?.onText(data.toString());
  }

  #finish(fromClient: Closing): void {
    if (this.#state === "closed" || (this.#isSilent && this.#state === "open")) return;
    this.#state = "closed";
    clearTimeout(this.#graceTimer);
    this.#events?.onClosed(this.#closing ?? fromClient);
  }
}

/**
 * What `$disconnect` was seen to get for a client's close. A connection that ends without a close frame has
 * never been captured; 1006 stands for it here, as WebSocket libraries report it.
 */
function clientClosing(code: number, reason: string): Closing {
  return code === 1005
    ? { code, reason: "Client-side close frame status not set" }
    : { code, reason };
}
