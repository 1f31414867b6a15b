/** What the server sends, as far as this client reads it: docs/protocol.md, "To the client". */
export type Message =
  | {
      readonly type: "connect";
      readonly version: number;
      readonly id: string;
      readonly pid?: string;
      readonly recovered?: true;
    }
  | {
      readonly type: "event";
      readonly event: string;
      readonly args: readonly unknown[];
      readonly ack?: number;
      readonly offset?: string;
    }
  | {
      readonly type: "joined" | "left";
      readonly room: string;
      readonly id: string;
      readonly user?: string;
      readonly offset?: string;
    }
  | { readonly type: "ack"; readonly id: unknown; readonly args: readonly unknown[] }
  | {
      readonly type: "error";
      readonly id?: unknown;
      readonly code: string;
      readonly message: string;
      readonly data?: { readonly code?: string };
    }
  | { readonly type: "disconnect" }
  | { readonly type: "ping" }
  | { readonly type: "pong"; readonly id?: unknown };

/** The version of the protocol that this client knows. */
export const VERSION = 1;
