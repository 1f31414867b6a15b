import { randomUUID } from "node:crypto";
import type { JsonService } from "../aws/json-client";
import { APPLICATION_GROUP } from "../names";
import type {
  ConnectionId,
  GoneMember,
  Lanes,
  PendingLeave,
  RoomMove,
  SocketAddress,
} from "../ports";
import { sendBatches } from "./batches";
import type { LaneEvent } from "./events";
import { forget, giveBack, type Message, retrySoon } from "./retries";

/** A message as a batch has it. */
interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId: string;
  readonly MessageDeduplicationId: string;
}

/** URLs of queues. */
export interface Queues {
  /** To which events of connections go. */
  readonly lane: string;
  /** The group of all of them. @default - each connection's own */
  readonly group?: string | undefined;
  /** The FIFO queue from which the function gets its batches. @default - `lane` */
  readonly consumed?: string | undefined;
  /** A standard queue: a FIFO queue delays all of its messages or none. */
  readonly delays?: string | undefined;
  /** Of the queue from which the function gets its batches. */
  readonly deadLetters?: string | undefined;
}

/**
 * The lanes: one SQS FIFO queue, one message group for each connection, or one for the whole application; and a queue of
 * delays.
 */
export class SqsLanes implements Lanes {
  constructor(
    private readonly sqs: JsonService,
    private readonly urls: Queues,
  ) {}

  async send(event: LaneEvent): Promise<void> {
    const { Id: _, ...message } = this.#entry(event);
    await this.sqs.call("SendMessage", { QueueUrl: this.urls.lane, ...message });
  }

  async gone(members: readonly GoneMember[]): Promise<void> {
    await this.#sendAll(
      members.map((member) => ({
        type: "close",
        connectionId: member.connectionId,
        cause: { type: "gone", member },
      })),
    );
  }

  async disconnect(sockets: readonly SocketAddress[], close: boolean): Promise<void> {
    await this.#sendAll(
      sockets.map(({ connectionId, namespace, socketId }) => ({
        type: "disconnect",
        connectionId,
        namespace,
        socketId,
        close,
      })),
    );
  }

  async replaced(connectionId: ConnectionId): Promise<void> {
    await this.send({ type: "close", connectionId, cause: { type: "replaced" } });
  }

  async lost(ids: readonly ConnectionId[]): Promise<void> {
    await this.#sendAll(
      ids.map((connectionId) => ({ type: "close", connectionId, cause: { type: "gone" } })),
    );
  }

  async expired(ids: readonly ConnectionId[]): Promise<void> {
    await this.#sendAll(
      ids.map((connectionId) => ({ type: "close", connectionId, cause: { type: "swept" } })),
    );
  }

  async later(leave: PendingLeave, delaySeconds: number): Promise<void> {
    if (!this.urls.delays) throw new Error("Cannot delay: expected a queue of delays, got none");
    // The connection has ended; this only tells pending leaves apart.
    const connectionId = `${leave.who.socketId}`;
    const event: LaneEvent = { type: "absence", connectionId, ...leave };
    await this.sqs.call("SendMessage", {
      QueueUrl: this.urls.delays,
      MessageBody: JSON.stringify(event),
      DelaySeconds: Math.ceil(delaySeconds),
    });
  }

  async wake(at: number, delaySeconds: number): Promise<void> {
    const event: LaneEvent = { type: "wake", connectionId: APPLICATION_GROUP, at };
    if (delaySeconds <= 0) return this.send(event);
    const { delays: QueueUrl } = this.urls;
    if (!QueueUrl) throw new Error("Cannot delay: expected a queue of delays, got none");
    const MessageBody = JSON.stringify(event);
    const DelaySeconds = Math.ceil(delaySeconds);
    await this.sqs.call("SendMessage", { QueueUrl, MessageBody, DelaySeconds });
  }

  async moved(socket: SocketAddress, change: RoomMove): Promise<void> {
    if (this.urls.group === undefined) return;
    const { connectionId, namespace, socketId } = socket;
    await this.send({ type: "moved", connectionId, namespace, socketId, ...change });
  }

  /** Puts a message among the dead letters of the lane, as SQS itself would. */
  async deadLetter({ messageId, body, groupId }: Message): Promise<void> {
    const { deadLetters: QueueUrl } = this.urls;
    if (!QueueUrl)
      throw new Error("Cannot keep a dead letter: expected a queue of dead letters, got none");
    const message = { MessageBody: body, MessageGroupId: groupId };
    await this.sqs.call("SendMessage", {
      QueueUrl,
      ...message,
      MessageDeduplicationId: messageId,
    });
  }

  /** Lets messages of one batch come back soon. */
  async retrySoon(failed: readonly Message[]): Promise<void> {
    const url = this.#queueOf(failed);
    if (url) await retrySoon(this.sqs, url, failed);
  }

  /** Leaves messages of one batch to other invocations. */
  async giveBack(messages: readonly Message[]): Promise<void> {
    const url = this.#queueOf(messages);
    if (url) await giveBack(this.sqs, url, messages);
  }

  /** Deletes messages of one batch. */
  async forget(handled: readonly Message[]): Promise<void> {
    const url = this.#queueOf(handled);
    if (url) await forget(this.sqs, url, handled);
  }

  /** Messages without a group are those of the queue of delays. */
  #queueOf([first]: readonly Message[]): string | undefined {
    const { lane, consumed = lane, delays } = this.urls;
    return first?.groupId === undefined ? delays : consumed;
  }

  async #sendAll(events: readonly LaneEvent[]): Promise<void> {
    await sendBatches(events, (some) =>
      this.sqs.call("SendMessageBatch", {
        QueueUrl: this.urls.lane,
        Entries: some.map((event) => this.#entry(event)),
      }),
    );
  }

  #entry(event: LaneEvent): Entry {
    return {
      Id: randomUUID(),
      MessageBody: JSON.stringify(event),
      MessageGroupId: this.urls.group ?? event.connectionId,
      MessageDeduplicationId: deduplicationId(event),
    };
  }
}

/**
 * A connection opens and ends once, so a repeated `open` or `close` within SQS's five minutes is
 * dropped; what a 410 reports is dropped if the same socket reported it.
 */
function deduplicationId(event: LaneEvent): string {
  if (event.type === "wake") return `wake.${event.at}`;
  if (event.type === "moved") return randomUUID();
  if (event.type === "disconnect") return `disconnect.${event.socketId}.${event.close}`;
  if (event.type !== "close") return `${event.type}.${event.connectionId}`;
  if (event.cause.type !== "gone") return `${event.cause.type}.${event.connectionId}`;
  return `gone.${event.connectionId}.${event.cause.member?.socketId ?? ""}`;
}
