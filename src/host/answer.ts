import { isShared } from "../frame-starts";
import type { FrameEvent } from "../lanes/events";
import { logWarning } from "../log";
import type { Answers, ConnectionId, Delivery, Store } from "../ports";
import type { AckIds } from "../socketio/ack-ids";
import { decodeAnswer, readAck } from "../wire/answer";
import { createFrame } from "../wire/frame";
import { defaultNamespace, type Refusal } from "../wire/json-actions";
import { encodeRefusal } from "../wire/json-messages";
import type { BinaryAnswers } from "./binary-answers";

interface Ports {
  readonly answers: Answers;
  readonly delivery: Delivery;
  readonly store: Pick<Store, "load">;
  readonly ackIds: Pick<AckIds, "isOurs">;
}

/**
 * Puts an ack frame where the invocation that asked will look. The host restores nothing for it: the
 * invocation that waits knows which connections it asked.
 *
 * @returns `false` if no function has asked for it; then nothing is kept
 */
export async function handleAnswer(
  event: FrameEvent,
  ports: Ports,
  binary: BinaryAnswers,
): Promise<boolean> {
  const { connectionId } = event;
  const frame = Buffer.from(event.body, "base64").toString("utf8");
  const answer = isShared(frame)
    ? readAck(await binary.receive(event, frame))
    : decodeAnswer(frame, UNNAMED);
  if (answer.ok) {
    const { ackId, args } = answer;
    const namespace = answer.namespace || (await findNamespace(connectionId, ports));
    if (!ports.ackIds.isOurs(namespace, ackId)) return false;
    try {
      await ports.answers.put(namespace, ackId, { connectionId, args });
    } catch (error) {
      // What no item can hold, such as arguments nested too deeply, would fail again.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      logWarning(`Cannot keep an ack: ${error.message}`, { connectionId });
    }
    return true;
  }
  // The frames of packets with attachments are counted on the ordinary lane.
  if (answer.isIgnored) return isShared(frame);
  await refuse(connectionId, answer.refusal, ports);
  return false;
}

/** Stands for the namespace of a JSON client's answer that names none. */
const UNNAMED = "";

async function findNamespace(connectionId: ConnectionId, { store }: Ports): Promise<string> {
  const connection = await store.load(connectionId);
  return defaultNamespace(connection?.handshake.query ?? {});
}

/** What a client speaks is not told by a frame that is neither, so it is looked up. */
async function refuse(
  connectionId: ConnectionId,
  refusal: Refusal | undefined,
  { store, delivery }: Ports,
): Promise<void> {
  const connection = await store.load(connectionId);
  if (connection?.protocol === "json") {
    await delivery.send(connectionId, [createFrame(encodeRefusal(refusal ?? NO_ACK))]);
    return;
  }
  // As the reference server does; `$disconnect` then ends its sockets.
  await delivery.close(connectionId);
}

const NO_ACK: Refusal = {
  code: "bad_request",
  message: 'Cannot read the frame: expected {"action":"ack","ack":…,"args":[…]}, got another',
};
