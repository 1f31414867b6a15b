import type { FrameEvent } from "../lanes/events";
import { logWarning } from "../log";
import type { Answers, Delivery } from "../ports";
import { decodeAnswer } from "../wire/answer";
import { createFrame } from "../wire/frame";
import { encodeRefusal } from "../wire/json-messages";

/**
 * Puts an ack frame where the invocation that asked will look. Nothing is restored for it: whoever
 * waits knows which connections were asked.
 */
export async function handleAnswer(
  event: FrameEvent,
  ports: { readonly answers: Answers; readonly delivery: Delivery },
): Promise<void> {
  const { connectionId } = event;
  const answer = decodeAnswer(Buffer.from(event.body, "base64").toString("utf8"));
  if (answer.ok) {
    const { namespace, ackId, args } = answer;
    try {
      return await ports.answers.put(namespace, ackId, { connectionId, args });
    } catch (error) {
      // What no item can hold, such as arguments nested too deeply, would fail again.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      return logWarning(`Cannot keep an ack: ${error.message}`, { connectionId });
    }
  }
  if (answer.isIgnored) return;
  if (answer.refusal) {
    await ports.delivery.send(connectionId, [createFrame(encodeRefusal(answer.refusal))]);
    return;
  }
  // As the reference server does; `$disconnect` then ends its sockets.
  await ports.delivery.close(connectionId);
}
