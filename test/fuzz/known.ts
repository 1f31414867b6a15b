import type { LogEntry } from "./logs";
import type { Violation } from "./play-one";

/** Violations that are known and described, so that a run goes on to what is not. */
const KNOWN: readonly { readonly oracle: string; readonly detail: RegExp; readonly why: string }[] =
  [
    {
      oracle: "reply",
      detail: /No Engine\.IO packet: \{"type":"error",/,
      why: "The ack lane tells protocols apart by the frame alone: a stock client that sends an ack action is answered in JSON",
    },
    {
      oracle: "retained",
      detail: /^the rooms of a socket that has ended/,
      why: "An adapter forgets a socket's departure in `release`, which a session calls for sockets that have not ended",
    },
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
    {
      oracle: "rejection",
      detail: /^RangeError: Maximum call stack.*Socket\._error/s,
      why: "A refusal whose data is nested too deeply is encoded outside of any scope, and ends the process",
    },
    {
      oracle: "closed",
      detail: /"43/,
      why: "Likewise: a JSON client that sends the ack packet of a stock client is closed, and not answered",
    },
    {
      oracle: "reply",
      detail: /data\/event must be string/,
      why: "An application may emit an event whose name is a number, which the schema of messages excludes",
    },
  ];

/**
 * A socket that was joined to what is no room, and that ends in the same batch, stays a member of its rooms:
 * the effect that ends it fails for that room. See `MembershipAdapter.delAll`.
 */
const HALF_ENDED = "an effect (end a socket)";

/** @param failures what the application is said to have failed in */
export function isKnown({ oracle, detail }: Violation, failures: readonly LogEntry[]): boolean {
  if (oracle === "departed" && failures.some(({ message }) => message.includes(HALF_ENDED))) {
    return true;
  }
  return KNOWN.some((one) => one.oracle === oracle && one.detail.test(detail));
}
