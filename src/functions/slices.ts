import { parsePart } from "../lanes/parts";
import type { Message } from "../lanes/retries";
import { type WorkPorts, work } from "./work";

export interface SlicePorts extends WorkPorts {
  /** Lets messages that failed come back soon. */
  retrySoon(failed: readonly SliceMessage[]): Promise<void>;
}

/** What is read of a message. */
export type SliceMessage = Pick<Message, "messageId" | "receiptHandle" | "receives" | "body">;

/**
 * Sends parts of broadcasts that are too large for one invocation; one at a time, so that a failure is its own.
 *
 * @throws what the first failing part threw
 */
export async function sendSlices(
  ports: SlicePorts,
  messages: readonly SliceMessage[],
): Promise<void> {
  for (const message of messages) {
    try {
      await work(ports, parsePart(message.body));
    } catch (error) {
      await ports.retrySoon([message]);
      throw error;
    }
  }
}
