import { defined } from "../../defined";
import { MAX_INVOCATION_MS } from "../../platform-limits";
import type { CountedRoom, Room, Rooms } from "../../ports";
import { checkRoom, decodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { Doubt } from "./doubt";
import { expiryIn, type Item } from "./item";
import { type Key, REGISTRY_SHARDS, registryKey, registryPartition, roomPartition } from "./keys";
import type { Table } from "./table";

/**
 * Which rooms there are, with how many members: one small item a room, `n` members, `v` how often it
 * has changed, `x` that `n` is in doubt, `d` that it was deleted in doubt, `e` expiry of that (epoch seconds).
 *
 * A membership is written before its room is entered and removed before it is left, and the
 * invocation that finds a room empty deletes it on condition that no member has entered or left since. So
 * exactly one join creates a room and exactly one leave deletes it. After a crash an event comes again, and
 * may have been counted before: the store then counts the room by its members, until it is empty.
 * A member that has left may not be counted yet, so the item of such a room stays for a while: the leave counts there,
 * and not in the room that is created next under its name.
 */
export class RoomRegistry implements Rooms {
  constructor(private readonly table: Table) {}

  /** Call when a membership has been written; `true` if that created the room. */
  check(namespace: string, room: Room): void {
    checkRoom(namespace, room);
  }

  async enter(namespace: string, room: Room, isRepeated: boolean): Promise<boolean> {
    const doubt = new Doubt();
    const before = await this.table.update(
      registryKey(namespace, room),
      change(isRepeated ? 0 : 1, isRepeated, " REMOVE d, #e"),
      doubt.raise,
    );
    // Counted once or twice.
    if (doubt.isRaised) await this.#doubt(namespace, room);
    return before?.v === undefined || before.d !== undefined || (doubt.isRaised && before.v === 1);
  }

  /** Call when a membership has been removed; `true` if that deleted the room. */
  async leave(namespace: string, room: Room, isRepeated: boolean): Promise<boolean> {
    const key = registryKey(namespace, room);
    const doubt = new Doubt();
    const update = {
      ...change(isRepeated ? 0 : -1, isRepeated),
      ConditionExpression: "attribute_exists(p)",
      ReturnValues: "ALL_NEW",
    };
    const after = await this.table.update(key, update, doubt.raise);
    if (!after) return false;
    const isCertain = after.x === undefined && !doubt.isRaised;
    if (isCertain && (after.n as number) > 0) return false;
    if (await this.table.has(roomPartition(namespace, room))) {
      if (after.x === undefined) await this.#doubt(namespace, room);
      return false;
    }
    return this.#delete(key, after);
  }

  /** A leave while the membership was there has not found the room empty, and has marked it as in doubt. */
  async release(namespace: string, room: Room): Promise<boolean> {
    const key = registryKey(namespace, room);
    const item = await this.table.get(key);
    if (item?.x === undefined || (await this.table.has(roomPartition(namespace, room))))
      return false;
    return this.#delete(key, item);
  }

  async #delete(key: Key, { v, x }: Item): Promise<boolean> {
    const values = { ":v": v };
    if (x === undefined) {
      return this.table.remove(key, {
        ConditionExpression: "v = :v",
        ExpressionAttributeValues: values,
      });
    }
    const deleted = await this.table.update(key, {
      UpdateExpression: "SET d = :one, #e = :e",
      ConditionExpression: "v = :v AND attribute_not_exists(d)",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ...values, ":one": 1, ":e": expiryIn(MAX_INVOCATION_MS) },
    });
    return deleted !== undefined;
  }

  async count(namespace: string, room: Room): Promise<number> {
    const item = await this.table.get(registryKey(namespace, room));
    return item ? (await this.#read(namespace, item)).members : 0;
  }

  /** The rooms of a namespace, page by page. */
  async *list(namespace: string): AsyncIterable<readonly CountedRoom[]> {
    for (let shard = 0; shard < REGISTRY_SHARDS; shard++) {
      const pages = this.table.pages(registryPartition(namespace, shard), (item) => item);
      for await (const page of pages) {
        const rooms = await Promise.all(page.map((item) => this.#read(namespace, item)));
        yield rooms.filter(({ members }) => members > 0);
      }
    }
  }

  async #read(namespace: string, { s, n, x, d }: Item): Promise<CountedRoom> {
    const room = decodeRoom(s as string);
    if (d !== undefined) return { room, members: 0 };
    if (x === undefined) return { room, members: n as number };
    return { room, members: await this.table.count(roomPartition(namespace, room)) };
  }

  async #doubt(namespace: string, room: Room): Promise<void> {
    await this.table.update(registryKey(namespace, room), {
      ...change(0, true),
      ConditionExpression: "attribute_exists(p)",
    });
  }
}

function change(by: number, isInDoubt: boolean, more = ""): Item {
  return {
    UpdateExpression: `ADD n :n, v :one${isInDoubt ? " SET x = :one" : ""}${more}`,
    ...defined({ ExpressionAttributeNames: more ? { "#e": Keys.expiry } : undefined }),
    ExpressionAttributeValues: { ":n": by, ":one": 1 },
  };
}
