import type { Outcome } from "./ports";

/** What became of a broadcast, by outcome. */
export type Receipt = Readonly<Record<Outcome, number>>;

export const NOBODY_YET: Receipt = { delivered: 0, gone: 0, throttled: 0, failed: 0 };

export function addReceipts(a: Receipt, b: Receipt): Receipt {
  return {
    delivered: a.delivered + b.delivered,
    gone: a.gone + b.gone,
    throttled: a.throttled + b.throttled,
    failed: a.failed + b.failed,
  };
}
