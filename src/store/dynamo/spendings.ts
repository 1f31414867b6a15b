import type { Spendings } from "../../ports";
import { Keys } from "./attributes";
import { spendingKey } from "./keys";
import type { Table } from "./table";

const HOUR_SECONDS = 3600;

/** What networks have spent, one item for each and hour: `n` millionths of a US dollar, `e` expiry. */
export class DynamoSpendings implements Spendings {
  constructor(private readonly table: Table) {}

  async add(network: string, hour: number, amount: number): Promise<number> {
    const after = await this.table.update(spendingKey(network, hour), {
      UpdateExpression: "ADD n :n SET #e = :e",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: { ":n": amount, ":e": (hour + 1) * HOUR_SECONDS },
      ReturnValues: "UPDATED_NEW",
    });
    return after?.n as number;
  }
}
