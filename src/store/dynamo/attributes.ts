/**
 * Attribute names of the table's keys. One letter each: DynamoDB bills and pages by bytes, names included.
 * This file imports nothing, so that constructs can read it without pulling runtime code into synth.
 */
export const Keys = {
  /** Partition key. */
  partition: "p",
  /** Sort key. */
  sort: "s",
  /** Time to live, epoch seconds. */
  expiry: "e",
} as const;
