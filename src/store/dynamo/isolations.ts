import type { Isolation, Isolations } from "../../ports";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { isolationKey } from "./keys";
import type { Table } from "./table";

/** Longer than a message stays on its lane. */
const KEEP_MS = 5 * 24 * 60 * 60 * 1000;

/**
 * One item for a lane that was delivered before and begun: `m` id of the message that was begun last, `c` how often
 * in a row alone (0: with its whole lane), `x` those in quarantine (string set), `e` expiry (epoch seconds). What is in quarantine is kept until it expires: its batch may
 * come again.
 */
export class DynamoIsolations implements Isolations {
  constructor(private readonly table: Table) {}

  async read(lane: string): Promise<Isolation> {
    const { m, c, x } = (await this.table.get(isolationKey(lane))) ?? {};
    const quarantined = x instanceof Set ? (x as Set<string>) : new Set<string>();
    return m === undefined
      ? { quarantined }
      : { suspect: { messageId: m as string, times: c as number }, quarantined };
  }

  async begin(lane: string, messageId: string, times: number): Promise<void> {
    await this.#update(lane, "SET m = :m, c = :c, #e = :e", { ":m": messageId, ":c": times });
  }

  async quarantine(lane: string, messageId: string): Promise<void> {
    await this.#update(lane, "ADD x :x SET #e = :e REMOVE m, c", { ":x": new Set([messageId]) });
  }

  async end(lane: string): Promise<void> {
    const isClean = { ConditionExpression: "attribute_not_exists(x)" };
    if (!(await this.table.remove(isolationKey(lane), isClean))) {
      await this.#update(lane, "SET #e = :e REMOVE m, c", {});
    }
  }

  async #update(lane: string, expression: string, values: Item): Promise<void> {
    await this.table.update(isolationKey(lane), {
      UpdateExpression: expression,
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ...values, ":e": expiryIn(KEEP_MS) },
    });
  }
}
