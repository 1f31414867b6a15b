import { randomBytes } from "node:crypto";
import type { Requests } from "../../ports";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { answerKey, requestPartition, requestPartKey } from "./keys";
import type { Table } from "./table";

/** An item has 400 KB at most, its other attributes included. */
const MAX_PART_BYTES = 350_000;
/** Its function waits for half a minute; the lane may have its message later. */
const KEEP_MS = 60 * 60 * 1000;

/**
 * A request is its parts. An answer is one item, put on condition that it is not there: `t` its bytes or, of a long one, `x`
 * the name and `y` the number of its parts, which are written first. `e` expiry (epoch seconds).
 */
export class DynamoRequests implements Requests {
  constructor(private readonly table: Table) {}

  async put(id: string, request: Uint8Array): Promise<void> {
    await this.#putParts(requestPartition(id), request);
  }

  read(id: string): Promise<Uint8Array | undefined> {
    return this.#readParts(requestPartition(id));
  }

  async answer(id: string, answer: Uint8Array): Promise<boolean> {
    const content = await this.#store(id, answer);
    const names = Object.keys(content);
    const stored = await this.table.update(answerKey(id), {
      UpdateExpression: `SET #e = :e, ${names.map((name) => `${name} = :${name}`).join(", ")}`,
      ConditionExpression: "attribute_not_exists(#e)",
      ExpressionAttributeNames: { "#e": Keys.expiry },
      ExpressionAttributeValues: {
        ...Object.fromEntries(names.map((name) => [`:${name}`, content[name]])),
        ":e": expiryIn(KEEP_MS),
      },
    });
    return stored !== undefined;
  }

  async readAnswer(id: string): Promise<Uint8Array | undefined> {
    const { t, x, y } = (await this.table.get(answerKey(id))) ?? {};
    if (x === undefined) return t as Uint8Array | undefined;
    return this.#readParts(requestPartition(id, x as string), y as number);
  }

  async #store(id: string, answer: Uint8Array): Promise<Item> {
    if (answer.length <= MAX_PART_BYTES) return { t: answer };
    const x = randomBytes(9).toString("base64url");
    return { x, y: await this.#putParts(requestPartition(id, x), answer) };
  }

  /** @returns how many */
  async #putParts(partition: string, bytes: Uint8Array): Promise<number> {
    const put: Item[] = [];
    for (let start = 0; start < bytes.length; start += MAX_PART_BYTES) {
      const t = bytes.subarray(start, start + MAX_PART_BYTES);
      put.push({ ...requestPartKey(partition, put.length), t, [Keys.expiry]: expiryIn(KEEP_MS) });
    }
    await this.table.write({ put });
    return put.length;
  }

  /** @param count how many there have to be. @default - any number but none */
  async #readParts(partition: string, count?: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    const isPart = (item: Item) => item[Keys.sort] !== "a";
    for await (const page of this.table.pages(partition, (item) => item))
      parts.push(...page.filter(isPart).map(({ t }) => t as Uint8Array));
    if (parts.length === 0 || parts.length < (count ?? 0)) return undefined;
    return Buffer.concat(parts);
  }
}
