import { Keys } from "../names";
import type { Trials } from "../ports";
import { expiryIn } from "./items";
import { trialKey } from "./keys";
import type { Table } from "./table";

/** Longer than a message stays on its lane. */
const KEEP_MS = 5 * 24 * 60 * 60 * 1000;

/** One item for a lane on which an event is tried alone: `m` its message id, `e` expiry (epoch seconds). */
export class DynamoTrials implements Trials {
  constructor(private readonly table: Table) {}

  async suspect(lane: string): Promise<string | undefined> {
    const item = await this.table.get(trialKey(lane));
    return item?.m as string | undefined;
  }

  async begin(lane: string, messageId: string): Promise<void> {
    await this.table.put({ ...trialKey(lane), m: messageId, [Keys.expiry]: expiryIn(KEEP_MS) });
  }

  async end(lane: string): Promise<void> {
    await this.table.take(trialKey(lane));
  }
}
