import type { Room } from "./records";

/** What was done to the members of a room, for members whose clients were away then. */
export interface Order {
  /** When, as an offset of the packet log. */
  readonly offset: string;
  /** The rooms that they had to leave; absent: they were disconnected. */
  readonly leave?: readonly Room[];
  readonly except: readonly Room[];
}

/** Orders by the room to whose members they were given; `undefined` stands for those to everyone. */
export interface Orders {
  /** Call before the order reaches the members that are there. One order for each offset and room; idempotent. */
  keep(
    namespace: string,
    rooms: readonly (Room | undefined)[],
    order: Order,
    keepMs: number,
  ): Promise<void>;
  /** After an offset, in the order of offsets, page by page. */
  since(namespace: string, room: Room | undefined, offset: string): AsyncIterable<readonly Order[]>;
}
