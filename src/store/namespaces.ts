import type { Namespaces } from "../ports";
import { Doubt } from "./doubt";
import { namespacesPartition } from "./keys";
import type { Table } from "./table";

/** The names of dynamic namespaces, under the parent that made them. They stay, as in Socket.IO. */
export class DynamoNamespaces implements Namespaces {
  constructor(private readonly table: Table) {}

  async add(parent: number, name: string): Promise<boolean> {
    const doubt = new Doubt();
    const update = {
      UpdateExpression: "SET o = :now",
      ConditionExpression: "attribute_not_exists(p)",
      ExpressionAttributeValues: { ":now": Date.now() },
    };
    const key = { p: namespacesPartition(parent), s: name };
    const added = await this.table.update(key, update, doubt.raise);
    // Better twice than never.
    return added !== undefined || doubt.isRaised;
  }

  async has(parent: number, name: string): Promise<boolean> {
    return (await this.table.get({ p: namespacesPartition(parent), s: name })) !== undefined;
  }

  list(parent: number): AsyncIterable<readonly string[]> {
    return this.table.pages(namespacesPartition(parent), ({ s }) => s as string);
  }
}
