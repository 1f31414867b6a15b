import type { Violation } from "./play-one";

/** Violations that are known and described, so that a run goes on to what is not. */
const KNOWN: readonly { readonly oracle: string; readonly detail: RegExp; readonly why: string }[] =
  [
    {
      oracle: "reply",
      detail: /^(invalid payload|unknown packet|in the format).*\d(\.\d+)?e\+\d+/,
      why: "An ack id of more than 21 digits comes back in scientific notation, as in Socket.IO",
    },
    {
      oracle: "reply",
      detail: /^got binary data when not reconstructing/,
      why: "Likewise, when such an ack has attachments",
    },
  ];

export function isKnown({ oracle, detail }: Violation): boolean {
  return KNOWN.some((one) => one.oracle === oracle && one.detail.test(detail));
}
