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
   * @default 30 - three thousand small frames
   */
  readonly burstSeconds: number;

  /**
   * Namespaces that one connection may be connected to at a time.
   *
   * @default 50
   */
  readonly namespaces: number;

  /**
   * Rooms that one socket may be in at a time; `socket.join` throws a `RangeError` for more. They are
   * kept in the connection's item, which DynamoDB lets grow to 400 KB.
   *
   * @default 1000
   */
  readonly rooms: number;

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

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  framesPerSecond: 100,
  bytesPerSecond: 500_000,
  burstSeconds: 30,
  namespaces: 50,
  rooms: 1000,
  pendingAcks: 1000,
  missedPackets: 1000,
  missedBytes: 4_000_000,
  missedRepeats: 3,
};

/** Quota "WebSocket frame size" of API Gateway. */
const MAX_FRAME_BYTES = 32 * 1024;

/** @throws RangeError if a limit is none, naming it, or if the rates would cut everybody off. */
export function checkConnectionLimits(limits: Partial<ConnectionLimits>): void {
  checkLimits("connections", limits, DEFAULT_CONNECTION_LIMITS);
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

/** @param text JSON of a `Partial<ConnectionLimits>`, as the construct writes it */
export function readConnectionLimits(text = "{}"): ConnectionLimits {
  const limits = JSON.parse(text) as Partial<ConnectionLimits>;
  checkConnectionLimits(limits);
  return { ...DEFAULT_CONNECTION_LIMITS, ...limits };
}
