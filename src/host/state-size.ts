import type { Socket } from "socket.io";
import { connectionOf } from "./address";
import type { ClientInternals } from "./internals";

/** DynamoDB's limit of an item, which holds a connection with all its sockets; less what is not counted here. */
const MAX_BYTES = 400 * 1024 - 4096;

/**
 * Throws where the state of a connection's sockets is larger than its item can hold: an ack would tell the
 * client of a success that the next event knows nothing of.
 */
export function assertStorable(socket: Socket): void {
  const { record } = connectionOf(socket);
  const { sockets } = socket.client as unknown as ClientInternals;
  let bytes = sizeOf(record.handshake) + sizeOf(record.pending ?? []);
  for (const { data, rooms } of sockets.values()) bytes += sizeOf(data) + sizeOf([...rooms]);
  if (bytes <= MAX_BYTES) return;
  throw new RangeError(
    `Cannot answer: expected socket.data of at most ${MAX_BYTES} bytes for a connection, handshake and rooms included, got ${bytes}; it is not saved`,
  );
}

function sizeOf(value: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(value) ?? "");
  } catch {
    // What JSON cannot say is not stored either.
    return 0;
  }
}
