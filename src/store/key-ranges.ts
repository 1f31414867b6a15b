import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";

/** Sort keys above `after`, up to `to`, at most so many. */
export interface RawPageOptions {
  readonly after?: string | undefined;
  readonly to?: string;
  readonly limit?: number;
}

/** Restricts a query to the sort keys behind one, if there is one. */
export function later(partition: string, after: string | undefined): Partial<QueryCommandInput> {
  if (after === undefined) return {};
  return {
    KeyConditionExpression: "p = :p AND s > :s",
    ExpressionAttributeValues: { ":p": partition, ":s": after },
  };
}

export function keysBetween(partition: string, after: string | undefined, to: string | undefined) {
  const value = (text: string) => ({ S: text });
  if (after === undefined) {
    return {
      KeyConditionExpression: "p = :p",
      ExpressionAttributeValues: { ":p": value(partition) },
    };
  }
  if (to === undefined) {
    return {
      KeyConditionExpression: "p = :p AND s > :s",
      ExpressionAttributeValues: { ":p": value(partition), ":s": value(after) },
    };
  }
  // A sort key takes one condition, and BETWEEN includes both ends: so from the key behind `after`.
  return {
    KeyConditionExpression: "p = :p AND s BETWEEN :s AND :t",
    ExpressionAttributeValues: {
      ":p": value(partition),
      ":s": value(`${after}\0`),
      ":t": value(to),
    },
  };
}
