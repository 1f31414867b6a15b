import type { FrameEvent } from "../lanes/events";
import { logWarning } from "../log";
import type { AckStore, ConnectionId, Delivery, Store } from "../ports";
import type { Protocols } from "../protocols";
import type { Refusal } from "../protocols/protocol";
import type { AckIds } from "../socketio/ack-ids";
import { createFrame } from "../wire/frame";
import type { AckAssembly } from "./ack-assembly";

interface Ports {
  readonly ackStore: AckStore;
  readonly delivery: Delivery;
  readonly store: Pick<Store, "load">;
  readonly ackIds: Pick<AckIds, "isOurs">;
  readonly protocols: Protocols;
}

/**
 * Puts an ack frame where the invocation that asked will look. The host restores nothing for it: the
 * invocation that waits knows which connections it asked.
 *
 * @returns `false` if no function has asked for it; then nothing is kept
 */
export async function receiveAck(
  event: FrameEvent,
  ports: Ports,
  assembly: AckAssembly,
): Promise<boolean> {
  const { connectionId } = event;
  const frame = Buffer.from(event.body, "base64").toString("utf8");
  const { protocols } = ports;
  const isShared = protocols.ofShared(frame) !== undefined;
  const ack = isShared
    ? await assembly.receive(event, frame)
    : (protocols.ofAck(frame)?.acks.decode(frame) ?? { ok: false });
  if (ack.ok) {
    const { ackId, args } = ack;
    const namespace = ack.namespace ?? (await findNamespace(connectionId, ports));
    if (!ports.ackIds.isOurs(namespace, ackId)) return false;
    try {
      await ports.ackStore.put(namespace, ackId, { connectionId, args });
    } catch (error) {
      // What no item can hold, such as arguments nested too deeply, would fail again.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      logWarning(`Cannot keep an ack: ${error.message}`, { connectionId });
    }
    return true;
  }
  // The frames of packets with attachments are counted on the ordinary lane.
  if (ack.isIgnored) return isShared;
  await refuse(connectionId, ack.refusal, ports);
  return false;
}

async function findNamespace(connectionId: ConnectionId, ports: Ports): Promise<string> {
  const { connection, acks } = await find(connectionId, ports);
  return acks?.namespaceOf?.(connection?.handshake.query ?? {}) ?? "/";
}

/** An invalid frame does not show which protocol its client speaks, so that is looked up. */
async function refuse(
  connectionId: ConnectionId,
  refusal: Refusal | undefined,
  ports: Ports,
): Promise<void> {
  const { acks } = await find(connectionId, ports);
  const texts = acks?.explain?.(refusal);
  if (texts) await ports.delivery.send(connectionId, texts.map(createFrame));
  // As the reference server does; `$disconnect` then ends its sockets.
  else await ports.delivery.close(connectionId);
}

async function find(connectionId: ConnectionId, { store, protocols }: Ports) {
  const connection = await store.load(connectionId);
  return { connection, acks: connection && protocols.find(connection.protocol)?.acks };
}
