import type { Handshake, Namespaces, PutOnRequest, RestoredRequest } from "../ports";
import type { Protocols } from "../protocols";
import type { ConnectionLimits } from "../settings/connection-limits";
import type { GivenPorts } from "../socketio/adapter-class";
import type { Allowance } from "../spending/allowance";
import type { ConnectionMemories } from "./connection-memory";

/** What the composition root gives; the host makes the rest of the adapter's ports. */
export interface HostPorts extends Omit<GivenPorts, "effects" | "acks" | "missed" | "protocols"> {
  readonly namespaces: Namespaces;
  /** What clients may speak. @default - Socket.IO and JSON actions */
  readonly protocols?: Protocols;
  readonly limits?: ConnectionLimits;
  /** What no client knows: see `AckIds`. @default - none, as in tests */
  readonly secret?: string;
  /** Makes a request as middlewares have left it at `$connect`. @default - they put nothing on requests */
  readonly restoreRequest?: RestoreRequest;
  /** What the handlers of connections hold. @default - it ends with the batch, and connection handlers run again */
  readonly memories?: ConnectionMemories | undefined;
  /** What the clients of one address may cost. @default - that is not counted */
  readonly allowance?: Allowance;
}

export type RestoreRequest = (handshake: Handshake, put: PutOnRequest) => Promise<RestoredRequest>;
