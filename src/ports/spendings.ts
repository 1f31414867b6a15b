/** What networks have spent. */
export interface Spendings {
  /**
   * Adds to what a network has spent in an hour. Atomic, and not idempotent: a repeated call counts twice.
   *
   * @param hour hours since the epoch
   * @param amount millionths of a US dollar
   * @returns the sum
   */
  add(network: string, hour: number, amount: number): Promise<number>;
}
