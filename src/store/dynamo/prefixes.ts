/** First letters of partitions, by what is in them: see `keys.ts`. Roles of functions name them (`lib/permissions.ts`). */
export const Prefix = {
  connection: "c",
  member: "r",
  namespaceMember: "a",
  session: "v",
  /** The packet of a large broadcast, and how far its parts are. */
  broadcast: "f",
  spending: "z",
} as const;

/** An HTTP request on the lane of the application, and its answer. Apart, so that only bundles with HTTP hold it. */
export const REQUEST_PREFIX = "q";
