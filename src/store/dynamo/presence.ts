import { randomUUID } from "node:crypto";
import { MAX_CONNECTION_MS } from "../../platform-limits";
import type { Presence, Room, Who } from "../../ports";
import { Keys } from "./attributes";
import { Doubt } from "./doubt";
import { expiryIn } from "./item";
import { presenceKey } from "./keys";
import type { Table } from "./table";

/** A leave that no function has confirmed by now never will be. */
const MAX_ABSENCE_MS = 20 * 60 * 1000;
const KEEP_MS = MAX_CONNECTION_MS + 24 * 60 * 60 * 1000;

/**
 * One item for each name in a room: `i` its sockets (string set), `l` since when the last of them is
 * away (epoch ms and a random part), `e` expiry.
 */
export class DynamoPresence implements Presence {
  constructor(private readonly table: Table) {}

  async enter(namespace: string, room: Room, { name, socketId }: Who): Promise<boolean> {
    const before = await this.table.update(presenceKey(namespace, room, name), {
      UpdateExpression: "ADD i :i SET #e = :e REMOVE l",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ":i": new Set([socketId]), ":e": expiryIn(KEEP_MS) },
    });
    return before?.i === undefined && !isRecent(before?.l as string | undefined);
  }

  async leave(namespace: string, room: Room, { name, socketId }: Who) {
    const since = `${Date.now()}.${randomUUID()}`;
    const key = presenceKey(namespace, room, name);
    const doubt = new Doubt();
    const update = {
      UpdateExpression: "DELETE i :i SET l = :l",
      ConditionExpression: "contains(i, :id)",
      ExpressionAttributeValues: { ":i": new Set([socketId]), ":id": socketId, ":l": since },
      ReturnValues: "ALL_NEW",
    };
    const updated = await this.table.update(key, update, doubt.raise);
    // Whether the first try has done it, its own mark tells.
    const found = updated ?? (doubt.isRaised ? await this.table.get(key) : undefined);
    const after = found?.l === since ? found : undefined;
    return after && after.i === undefined ? since : undefined;
  }

  confirmLeave(namespace: string, room: Room, name: string, since: string): Promise<boolean> {
    return this.table.remove(presenceKey(namespace, room, name), {
      ConditionExpression: "attribute_not_exists(i) AND l = :l",
      ExpressionAttributeValues: { ":l": since },
    });
  }
}

function isRecent(since: string | undefined): boolean {
  return since !== undefined && Date.now() - Number.parseInt(since, 10) < MAX_ABSENCE_MS;
}
