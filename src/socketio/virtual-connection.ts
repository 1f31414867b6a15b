import { EventEmitter } from "node:events";
import { currentContext } from "../context/event-context";
import { logWarning } from "../log";
import type {
  ConnectionRecord,
  Delivery,
  Frame,
  Handshake,
  ProtocolId,
  RestoredRequest,
} from "../ports";
import { createFrame } from "../wire/frame";

/**
 * What Socket.IO takes for an Engine.IO connection. Behind it is not a socket but one lane of events in
 * and the management API out. It lives as long as the batch.
 */
export class VirtualConnection extends EventEmitter {
  readonly id: string;
  readonly protocol = 4;
  readonly transport = { name: "websocket", writable: true } as const;
  request: VirtualRequest;
  readonly remoteAddress: string;
  /** What middlewares have put on the request at `$connect`, by name, as JSON. */
  put: ReadonlyMap<string, string> = new Map();
  /** What the client speaks; which parser may show only with its first packet. */
  protocolId: ProtocolId;
  readyState: "open" | "closed" = "open";
  /** A post was answered 410: nothing more can be sent, and the life has to end. */
  gone = false;
  /** Right after `$connect` a 410 means that the upgrade is not finished yet. */
  awaitUpgrade = false;
  /** The frame at hand is on the ack lane too, where an ack with attachments is read. */
  hasAckCopy = false;
  /** See `ConnectionRecord.apart`. */
  apart: string | undefined;
  /** What its handlers hold, where the application keeps that with its connections: text by id. */
  memory: Readonly<Record<string, string>> | undefined;
  /** Ends the connection if what its sockets keep cannot be saved; whether it did. */
  endsUnsaved: () => boolean = () => false;

  constructor(
    readonly record: ConnectionRecord,
    private readonly delivery: Delivery,
  ) {
    super();
    this.id = record.id;
    this.protocolId = record.protocol;
    this.apart = record.apart;
    this.remoteAddress = record.handshake.address;
    this.request = createRequest(record.handshake);
  }

  /** Call before Socket.IO hears of the connection. */
  restore(restored: RestoredRequest | undefined): void {
    if (!restored) return;
    this.request = restored.request as VirtualRequest;
    this.put = restored.put;
  }

  /** Sends the text of a frame, as the connection's protocol has encoded it for Socket.IO. */
  write(text: string): this {
    return this.sendFrames([createFrame(text)]);
  }

  /** Sends text frames as they are. */
  sendFrames(frames: readonly Frame[]): this {
    const context = currentContext();
    if (context.isMuted) return this;
    context.connection?.sender?.notePosts(frames);
    void context.effect("send", async () => {
      if (this.gone) return;
      const { awaitUpgrade } = this;
      const outcome = await this.delivery.send(this.id, frames, { awaitUpgrade });
      if (outcome === "gone") this.gone = true;
      else if (outcome !== "delivered")
        logWarning(`A frame was ${outcome}`, { connectionId: this.id });
    });
    return this;
  }

  /** Whether the client is there, as far as the posts so far have shown. */
  async isThere(): Promise<boolean> {
    // 410 is also answered for a moment after a reconnect.
    return !this.gone || this.delivery.reachable(this.id);
  }

  /** Socket.IO closes the connection: after a protocol violation, or for `disconnect(true)`. */
  close(): this {
    if (currentContext().isMuted || this.readyState === "closed") return this;
    void currentContext().effect("close the connection", () => this.delivery.close(this.id));
    // With nothing left to flush, Engine.IO too tells the reason before `close` returns.
    this.end("forced close");
    return this;
  }

  /** The connection has ended, for a reason in Socket.IO's words. */
  end(reason: string, description?: unknown): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.emit("close", reason, description);
  }

  /** A frame that the reference server answers by dropping the connection. */
  fail(reason: string): void {
    if (this.readyState === "closed") return;
    void currentContext().effect("close the connection", () => this.delivery.close(this.id));
    this.end(reason);
  }
}

/** The HTTP request of the upgrade, as far as `socket.request` and `socket.handshake` show it. */
export interface VirtualRequest {
  readonly method: "GET";
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly _query: Record<string, string>;
  readonly connection: { readonly encrypted: true; readonly remoteAddress: string };
  readonly socket: { readonly encrypted: true; readonly remoteAddress: string };
}

function createRequest({ headers, query, url, address }: Handshake): VirtualRequest {
  // API Gateway offers wss only.
  const peer = { encrypted: true, remoteAddress: address } as const;
  return {
    method: "GET",
    url,
    headers: { ...headers },
    _query: { ...query },
    connection: peer,
    socket: peer,
  };
}
