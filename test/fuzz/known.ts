import type { Violation } from "./player";

/** Violations that are known and described, so that a run goes on to what is not. */
const KNOWN: readonly { readonly oracle: string; readonly detail: RegExp; readonly why: string }[] =
  [
    {
      oracle: "reply",
      detail: /No Engine\.IO packet: \{"type":"error",/,
      why: "The ack lane tells protocols apart by the frame alone: a stock client that sends an ack action is answered in JSON",
    },
    {
      oracle: "reply",
      detail: /data\/event must be string/,
      why: "An application may emit an event whose name is a number, which the schema of messages excludes",
    },
  ];

export function isKnown({ oracle, detail }: Violation): boolean {
  return KNOWN.some((one) => one.oracle === oracle && one.detail.test(detail));
}
