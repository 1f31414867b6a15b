import type { ConnectionId, Namespaces } from "../../ports";
import { Keys } from "./attributes";
import { Doubt } from "./doubt";
import { expiryIn, type Item } from "./item";
import { addedNamesKey, namesPartitions, namespaceNameKey, oldNamespaceNameKey } from "./keys";
import type { Table } from "./table";

/**
 * The names of dynamic namespaces, under the parent that made them: `o` since when, `e` expiry. A client chooses
 * them, so they go some hours after the last connect. TTL takes days at times, so expired ones are passed over.
 */
export class DynamoNamespaces implements Namespaces {
  constructor(private readonly table: Table) {}

  async keep(parent: number, name: string, keepMs: number): Promise<boolean> {
    const kept = await this.table.update(namespaceNameKey(parent, name), {
      UpdateExpression: "SET #e = :e",
      ConditionExpression: "#e > :now",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ":e": expiryIn(keepMs), ":now": expiryIn(0) },
    });
    return kept !== undefined || this.#isOld(parent, name);
  }

  async add(parent: number, name: string, keepMs: number): Promise<boolean> {
    const doubt = new Doubt();
    const update = {
      UpdateExpression: "SET o = :o, #e = :e",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ":o": Date.now(), ":e": expiryIn(keepMs) },
    };
    const before = await this.table.update(namespaceNameKey(parent, name), update, doubt.raise);
    // Better twice than never.
    return doubt.isRaised || !isAlive(before);
  }

  async charge(connectionId: ConnectionId, most: number, keepMs: number): Promise<boolean> {
    const charged = await this.table.update(addedNamesKey(connectionId), {
      UpdateExpression: "ADD n :one SET #e = :e",
      ConditionExpression: "attribute_not_exists(n) OR n < :most",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ":one": 1, ":most": most, ":e": expiryIn(keepMs) },
    });
    return charged !== undefined;
  }

  async has(parent: number, name: string): Promise<boolean> {
    const item = await this.table.get(namespaceNameKey(parent, name));
    return isAlive(item) || this.#isOld(parent, name);
  }

  async *list(parent: number): AsyncIterable<readonly string[]> {
    // Those of older functions come first and may be in another partition again.
    const old = new Set<unknown>();
    for (const partition of namesPartitions(parent)) {
      for await (const page of this.table.pages(partition, (item) => item)) {
        const alive = page.filter((item) => isAlive(item) && !old.has(item.s));
        const found = page.filter(isWithoutExpiry);
        for (const { s } of found) old.add(s);
        const names = [...alive, ...found].map(({ s }) => s as string);
        if (names.length > 0) yield names;
      }
    }
  }

  /** A name that older functions have added: they know no expiry, and its sockets may still be there. */
  async #isOld(parent: number, name: string): Promise<boolean> {
    return isWithoutExpiry(await this.table.get(oldNamespaceNameKey(parent, name)));
  }
}

function isAlive(item: Item | undefined): boolean {
  return ((item?.[Keys.expiry] as number | undefined) ?? 0) > expiryIn(0);
}

function isWithoutExpiry(item: Item | undefined): boolean {
  return item?.o !== undefined && item[Keys.expiry] === undefined;
}
