/** What a client sends, and how many frames are posted for it. */
export const KINDS = {
  self: { frame: (text: string) => `42["self","${text}"]`, posts: 1 },
  "room-1": { frame: (text: string) => `42["chat","one","${text}"]`, posts: 1 },
  "room-100": { frame: (text: string) => `42["chat","many","${text}"]`, posts: 100 },
  join: { frame: (_text: string, n: number) => `42["join","room ${n}"]`, posts: 0 },
  ack: { frame: (text: string) => `421["ask","${text}"]`, posts: 1 },
} as const satisfies Record<string, { frame(text: string, n: number): string; posts: number }>;

export type Kind = keyof typeof KINDS;

/** What a process is asked to do. */
export interface Work {
  readonly kind: Kind;
  readonly side: "ours" | "usual" | "floor";
  readonly count: number;
}
