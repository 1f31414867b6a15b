import { Keys } from "../../names";
import type { Trial, Trials } from "../../ports";
import { expiryIn, type Item } from "./item";
import { trialKey } from "./keys";
import type { Table } from "./table";

/** Longer than a message stays on its lane. */
const KEEP_MS = 5 * 24 * 60 * 60 * 1000;

/**
 * One item for a lane that was delivered before and begun: `m` id of the message that was begun last, `c` how often
 * in a row alone (0: with its whole lane), `x` those that were set aside (string set), `e` expiry (epoch seconds). What was set aside is kept until it expires: its batch may
 * come again.
 */
export class DynamoTrials implements Trials {
  constructor(private readonly table: Table) {}

  async read(lane: string): Promise<Trial> {
    const { m, c, x } = (await this.table.get(trialKey(lane))) ?? {};
    const setAside = x instanceof Set ? (x as Set<string>) : new Set<string>();
    return m === undefined
      ? { setAside }
      : { suspect: { messageId: m as string, times: c as number }, setAside };
  }

  async begin(lane: string, messageId: string, times: number): Promise<void> {
    await this.#update(lane, "SET m = :m, c = :c, #e = :e", { ":m": messageId, ":c": times });
  }

  async convict(lane: string, messageId: string): Promise<void> {
    await this.#update(lane, "ADD x :x SET #e = :e REMOVE m, c", { ":x": new Set([messageId]) });
  }

  async end(lane: string): Promise<void> {
    const isClean = { ConditionExpression: "attribute_not_exists(x)" };
    if (!(await this.table.remove(trialKey(lane), isClean))) {
      await this.#update(lane, "SET #e = :e REMOVE m, c", {});
    }
  }

  async #update(lane: string, expression: string, values: Item): Promise<void> {
    await this.table.update(trialKey(lane), {
      UpdateExpression: expression,
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ...values, ":e": expiryIn(KEEP_MS) },
    });
  }
}
