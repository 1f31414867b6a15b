import { defined, nonEmpty } from "../../defined";
import type { Order, Orders, Room } from "../../ports";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { orderPartition } from "./keys";
import type { Table } from "./table";

/** Orders in the table: `r` rooms to leave, absent to disconnect; `x` excepted rooms; `e` expiry (epoch seconds). */
export class DynamoOrders implements Orders {
  constructor(private readonly table: Table) {}

  async keep(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    { offset, leave, except }: Order,
    keepMs: number,
  ): Promise<void> {
    const item = {
      s: offset,
      ...defined({ r: leave?.map(encodeRoom), x: nonEmpty(except.map(encodeRoom)) }),
      [Keys.expiry]: expiryIn(keepMs),
    };
    await this.table.putInEach(
      rooms.map((room) => orderPartition(namespace, room)),
      item,
    );
  }

  since(
    namespace: string,
    room: Room | undefined,
    offset: string,
  ): AsyncIterable<readonly Order[]> {
    return this.table.pages(orderPartition(namespace, room), readOrder, { after: offset });
  }
}

function readOrder({ s, r, x = [] }: Item): Order {
  return {
    offset: s as string,
    ...defined({ leave: (r as string[] | undefined)?.map(decodeRoom) }),
    except: (x as string[]).map(decodeRoom),
  };
}
