import type { Message } from "../lanes/retries";
import { parseSlice } from "../lanes/slices";
import { type SlicePorts, sendSlice } from "./send-slice";

export interface SliceQueuePorts extends SlicePorts {
  /** Lets messages that failed come back soon. */
  retrySoon(failed: readonly SliceMessage[]): Promise<void>;
}

/** What is read of a message. */
export type SliceMessage = Pick<Message, "messageId" | "receiptHandle" | "receives" | "body">;

/**
 * Sends slices of broadcasts that are too large for one invocation; one at a time, so that a failure is its own.
 *
 * @throws what the first failing slice threw
 */
export async function sendSlices(
  ports: SliceQueuePorts,
  messages: readonly SliceMessage[],
): Promise<void> {
  for (const message of messages) {
    try {
      await sendSlice(ports, parseSlice(message.body));
    } catch (error) {
      await ports.retrySoon([message]);
      throw error;
    }
  }
}
