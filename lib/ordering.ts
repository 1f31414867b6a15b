/** What is promised about the order of a connection's frames. This file imports nothing, so that commands start soon. */
export const orderings = ["connection", "application", "none"] as const;

/** One of them. */
export type Ordering = (typeof orderings)[number];

export function isOrdering(text: unknown): text is Ordering {
  return orderings.some((one) => one === text);
}
