/** What passes at API Gateway, and what functions measure. Times are epoch milliseconds. */
export type Traffic =
  | { readonly type: "opened"; readonly connectionId: string; readonly at: number }
  /** A frame of a client, before its route is chosen. */
  | {
      readonly type: "received";
      readonly connectionId: string;
      readonly at: number;
      readonly text: string;
    }
  /** A post to a connection, with the status of its answer. */
  | {
      readonly type: "posted";
      readonly connectionId: string;
      readonly at: number;
      readonly text: string;
      readonly status: number;
    }
  | {
      readonly type: "closed";
      readonly connectionId: string;
      readonly at: number;
      readonly code: number;
      readonly reason: string;
    }
  /** Values of one metric; CloudWatch's namespace is left out. */
  | { readonly type: "measured"; readonly name: string; readonly values: readonly number[] };
