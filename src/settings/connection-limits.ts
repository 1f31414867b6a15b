import { checkLimits } from "./check-limits";

/** What one connection may ask of the application, whatever the application does. */
export interface ConnectionLimits {
  /**
   * Frames that a client may send in a second, on average. Who sends more than `burstSeconds` worth of
   * them at a time is cut off.
   *
   * @default 100
   */
  readonly framesPerSecond: number;

  /**
   * Bytes that a client may send in a second, on average; counted together with its frames.
   *
   * @default 500_000
   */
  readonly bytesPerSecond: number;

  /**
   * How much may come at once, as seconds of the two rates.
   *
   * @default 12 - 1,200 small frames, about what the stage's own burst holds: others hardly feel them
   */
  readonly burstSeconds: number;

  /**
   * Posts that the broadcasts of one client may cause in a second, on average: each recipient counts once for each
   * 32 KB. A client that is more than `burstSeconds` ahead waits, or is cut off if it does not.
   *
   * @default 1000 - a tenth of the requests that an account has
   */
  readonly deliveriesPerSecond: number;

  /**
   * Namespaces that one connection may be connected to at a time.
   *
   * @default 50
   */
  readonly namespaces: number;

  /**
   * Names of dynamic namespaces that one connection may be the first to use; it is refused more as if no matcher
   * allowed them. Each is kept in the table for hours.
   *
   * @default 100
   */
  readonly newNamespaces: number;

  /**
   * Bytes of the names of the namespaces of a connection together.
   *
   * @default 4096
   */
  readonly namespaceBytes: number;

  /**
   * Bytes of the stored request of a connection, as JSON: its headers and its query, which its URL repeats.
   *
   * @default 16_384
   */
  readonly handshakeBytes: number;

  /**
   * Bytes of `auth`, as JSON, of all sockets of a connection together.
   *
   * @default 32_768
   */
  readonly authBytes: number;

  /**
   * Rooms that one socket may be in at a time; `socket.join` throws a `RangeError` for more.
   *
   * @default 1000
   */
  readonly rooms: number;

  /**
   * Bytes of the name of one room; 1,023 at most, since names are in keys of the table.
   *
   * @default 1023
   */
  readonly roomNameBytes: number;

  /**
   * Bytes of the names of the rooms of all sockets of a connection together, the sockets' own rooms apart.
   *
   * @default 65_536
   */
  readonly roomBytes: number;

  /**
   * Bytes of what the application keeps on all sockets of a connection, as JSON: `socket.data`, own properties of
   * sockets, what it hung on objects that they share, and what its handlers hold where connections keep that. A
   * connection with more is ended, before an ack says that all went well. At most 393,216, since DynamoDB lets an item grow to 400 KB.
   *
   * @default 393_216
   */
  readonly stateBytes: number;

  /**
   * Frames of a packet with attachments, its first one included, until its last one has come.
   *
   * @default 256
   */
  readonly pendingFrames: number;

  /**
   * Bytes of those frames.
   *
   * @default 262_144
   */
  readonly pendingBytes: number;

  /**
   * Acks that one event of a client may make the server wait for at a time.
   *
   * @default 1000
   */
  readonly pendingAcks: number;

  /**
   * Packets that one return of a client is sent of what it has missed, with `connectionStateRecovery`. Where there are
   * more, it is a new session.
   *
   * @default 1000
   */
  readonly missedPackets: number;

  /**
   * Bytes that one return of a client is sent of what it has missed. Where there are more, it is a new session.
   *
   * @default 4_000_000
   */
  readonly missedBytes: number;

  /**
   * Returns in a row that are sent what an earlier one has been sent, since the client did not get it or says so. The
   * next is a new session.
   *
   * @default 3
   */
  readonly missedRepeats: number;
}

/** A sort key has 1,024 bytes, of which one says what kind of name it is. */
const MAX_ROOM_NAME_BYTES = 1023;
/** A socket's state has an item of its own, which DynamoDB lets grow to 400 KB, its keys included. */
const MAX_STATE_BYTES = 384 * 1024;

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  framesPerSecond: 100,
  bytesPerSecond: 500_000,
  burstSeconds: 12,
  deliveriesPerSecond: 1000,
  namespaces: 50,
  namespaceBytes: 4096,
  handshakeBytes: 16_384,
  authBytes: 32_768,
  newNamespaces: 100,
  rooms: 1000,
  roomNameBytes: MAX_ROOM_NAME_BYTES,
  roomBytes: 65_536,
  stateBytes: MAX_STATE_BYTES,
  pendingFrames: 256,
  pendingBytes: 262_144,
  pendingAcks: 1000,
  missedPackets: 1000,
  missedBytes: 4_000_000,
  missedRepeats: 3,
};

/** Quota "WebSocket frame size" of API Gateway. */
const MAX_FRAME_BYTES = 32 * 1024;

/** @throws RangeError if a limit is invalid, naming it, or if the rates would cut off every client. */
export function checkConnectionLimits(limits: Partial<ConnectionLimits>): void {
  checkLimits("connections", limits, DEFAULT_CONNECTION_LIMITS);
  checkMost("roomNameBytes", limits.roomNameBytes, MAX_ROOM_NAME_BYTES);
  checkMost("stateBytes", limits.stateBytes, MAX_STATE_BYTES);
  const { framesPerSecond, bytesPerSecond, burstSeconds } = {
    ...DEFAULT_CONNECTION_LIMITS,
    ...limits,
  };
  const seconds = 1 / framesPerSecond + MAX_FRAME_BYTES / bytesPerSecond;
  if (seconds <= burstSeconds) return;
  throw new RangeError(
    `Cannot limit connections: expected burstSeconds to hold one frame of ${MAX_FRAME_BYTES} bytes, which takes ${seconds.toFixed(1)} s of these rates, got ${burstSeconds}`,
  );
}

function checkMost(name: string, value: number | undefined, most: number): void {
  if (value === undefined || value <= most) return;
  throw new RangeError(
    `Cannot limit connections: expected ${name} of at most ${most}, which is what the table can hold, got ${value}`,
  );
}

/** @param text JSON of a `Partial<ConnectionLimits>` */
export function readConnectionLimits(text = "{}"): ConnectionLimits {
  const limits = JSON.parse(text) as Partial<ConnectionLimits>;
  checkConnectionLimits(limits);
  return { ...DEFAULT_CONNECTION_LIMITS, ...limits };
}
