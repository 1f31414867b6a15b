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
  | {
      readonly type: "closed";
      readonly connectionId: string;
      readonly at: number;
      readonly code: number;
      readonly reason: string;
    }
  /** Values of one metric; CloudWatch's namespace is left out. */
  | { readonly type: "measured"; readonly name: string; readonly values: readonly number[] };
