import { deserialize, serialize } from "node:v8";
import { MAX_INVOCATION_MS } from "../../platform-limits";
import type { Ack, AckStore, ConnectionId } from "../../ports";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { ackPartition } from "./keys";
import type { Table } from "./table";

/** Acks of clients, on their way through the table to the invocation that waits for them. */
export class DynamoAcks implements AckStore {
  constructor(private readonly table: Table) {}

  async put(namespace: string, ackId: number, { connectionId, args }: Ack): Promise<void> {
    await this.table.put({
      p: ackPartition(namespace, ackId),
      s: connectionId,
      a: serialize(args),
      [Keys.expiry]: expiryIn(MAX_INVOCATION_MS),
    });
  }

  async read(namespace: string, ackId: number): Promise<Ack[]> {
    const answers: Ack[] = [];
    const pages = this.table.pages(ackPartition(namespace, ackId), readAck);
    for await (const page of pages) answers.push(...page);
    return answers;
  }

  async remove(namespace: string, ackId: number, from: readonly ConnectionId[]): Promise<void> {
    const p = ackPartition(namespace, ackId);
    await this.table.write({ remove: from.map((s) => ({ p, s })) });
  }
}

function readAck(item: Item): Ack {
  return { connectionId: item[Keys.sort] as ConnectionId, args: deserialize(item.a as Uint8Array) };
}
