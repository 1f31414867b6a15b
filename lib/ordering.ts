/** What is promised about the order of a connection's frames. This file imports nothing, so that commands start soon. */
export const orderings = ["connection", "application", "none"] as const;

/** One of them. */
export type Ordering = (typeof orderings)[number];

/** The choice of a person: `auto` chooses by the source; see `checks/ordering.ts`. */
export const orderingChoices = ["auto", ...orderings] as const;

export type OrderingChoice = (typeof orderingChoices)[number];

export function isOrderingChoice(text: unknown): text is OrderingChoice {
  return orderingChoices.some((one) => one === text);
}
