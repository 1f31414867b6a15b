/** Sort keys above `after`, of those up to `to`, at most so many. */
export interface RawPageOptions {
  readonly after?: string | undefined;
  readonly to?: string | undefined;
  readonly limit?: number;
}

type Range = Omit<RawPageOptions, "limit">;

/** What a query asks of the keys. */
export function keyRange(partition: string, { after, to }: Range) {
  const inPartition = { ":p": { S: partition } };
  if (after === undefined) {
    return { KeyConditionExpression: "p = :p", ExpressionAttributeValues: inPartition };
  }
  if (to === undefined) {
    return {
      KeyConditionExpression: "p = :p AND s > :s",
      ExpressionAttributeValues: { ...inPartition, ":s": { S: after } },
    };
  }
  // A sort key takes one condition, and BETWEEN includes both ends: so from the key behind `after`.
  return {
    KeyConditionExpression: "p = :p AND s BETWEEN :s AND :t",
    ExpressionAttributeValues: {
      ...inPartition,
      ":s": { S: `${after}\0` },
      ":t": { S: to },
    },
  };
}
