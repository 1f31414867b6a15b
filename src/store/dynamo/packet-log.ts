import { defined, nonEmpty } from "../../defined";
import type { LoggedPacket, LogPage, PacketLog, Room } from "../../ports";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { checked } from "./format";
import { expiryIn, type Item } from "./item";
import { logPartition } from "./keys";
import type { Table } from "./table";

/** Sorts right behind the offset to which it belongs. */
const END = "~";

/**
 * Packets in the table, under each room to which they were sent: a returning client reads its rooms'
 * packets, and nothing else. `f` text, `b` attachments, `x` excepted rooms; in the item of a
 * broadcast's end `z` when (epoch ms); `e` expiry (epoch seconds).
 */
export class DynamoLog implements PacketLog {
  constructor(private readonly table: Table) {}

  async append(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    { offset, encoded, except }: LoggedPacket,
    keepMs: number,
  ): Promise<void> {
    const [text, ...attachments] = encoded;
    await this.#put(namespace, rooms, {
      s: offset,
      f: text,
      ...defined({ b: nonEmpty(attachments), x: nonEmpty(except.map(encodeRoom)) }),
      [Keys.expiry]: expiryIn(keepMs),
    });
  }

  async finish(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    offset: string,
    keepMs: number,
  ): Promise<void> {
    const item = { s: `${offset}${END}`, z: Date.now(), [Keys.expiry]: expiryIn(keepMs) };
    await this.#put(namespace, rooms, item);
  }

  async *since(namespace: string, room: Room | undefined, offset: string): AsyncIterable<LogPage> {
    const pages = this.table.pages(logPartition(namespace, room), (item) => item, {
      after: offset,
    });
    for await (const page of pages) {
      const packets: LoggedPacket[] = [];
      const ends = new Map<string, number>();
      for (const item of page) {
        const sort = item.s as string;
        if (sort.endsWith(END)) ends.set(sort.slice(0, -END.length), item.z as number);
        else packets.push(readPacket(checked(item)));
      }
      yield { packets, ends };
    }
  }

  #put(namespace: string, rooms: readonly (Room | undefined)[], item: Item): Promise<void> {
    const partitions = rooms.map((room) => logPartition(namespace, room));
    return this.table.putInEach(partitions, item);
  }
}

function readPacket({ s, f, b = [], x = [] }: Item): LoggedPacket {
  const attachments = (b as Uint8Array[]).map((bytes) => Buffer.from(bytes));
  return {
    offset: s as string,
    encoded: [f as string, ...attachments],
    except: (x as string[]).map(decodeRoom),
  };
}
