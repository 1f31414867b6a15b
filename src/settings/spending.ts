/** US dollars an hour. */
export const DEFAULT_SPENDING = 0.4;

/** @throws RangeError for an amount that lets no client in */
export function writeSpending(dollars = DEFAULT_SPENDING): string | undefined {
  if (dollars === Number.POSITIVE_INFINITY) return undefined;
  if (dollars > 0) return String(dollars);
  throw new RangeError(
    `Cannot limit spending: expected spendingPerAddress above 0, got ${dollars}; Infinity counts nothing`,
  );
}
