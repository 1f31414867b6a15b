/**
 * What clients are charged for what they cause, in millionths of a US dollar: prices of us-east-1, rounded up.
 * `test/costs/hostile.test.ts` holds them against the cost model. This file imports nothing.
 */
export const CHARGES = {
  /**
   * A connection that stays for its two hours and does nothing: $connect and its functions, minutes, 15 pings and
   * pongs, items, $disconnect. Charged at once, since an idle connection causes no event.
   */
  connection: 115,
  /** A frame on its way through the queue to the lane function, which restores its connection. */
  frame: 4,
  /** What an event has done in the table: a join or a leave, up to five write units. */
  write: 3,
  /** A packet that is kept for who is away, for each log and KB, its end included. */
  kilobyteLogged: 0.63,
  /** A post, for each 32 KB. */
  post: 1.01,
  /** A byte that leaves AWS. */
  byteOut: 0.000084,
} as const;

/** Messages are billed by so many bytes. https://aws.amazon.com/api-gateway/pricing/ */
const BILLED_BYTES = 32 * 1024;

/** How many messages API Gateway bills for one of so many bytes. */
export function billedMessages(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / BILLED_BYTES));
}

/** @param logs of rooms, under each of which it is kept */
export function chargeOfLogging(logs: number, bytes: number): number {
  return logs * (Math.ceil(bytes / 1024) + 1) * CHARGES.kilobyteLogged;
}

export function chargeOfPosts(recipients: number, bytes: number): number {
  return recipients * (billedMessages(bytes) * CHARGES.post + bytes * CHARGES.byteOut);
}
