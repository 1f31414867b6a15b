import type { Room, SocketId } from "../ports";
import type { AdapterNamespace, AdapterPorts, LocalSocket } from "./contract";
import type { PendingJoins } from "./pending-joins";
import type { ResidentMembers } from "./resident-members";

/** What the parts of one namespace's adapter share. */
export interface AdapterContext {
  readonly namespace: AdapterNamespace;
  readonly ports: AdapterPorts;
  /** Where the parts queue the effects that read or change memberships. */
  readonly queue: PendingJoins;
  /** The rooms of the sockets of this process, as `socket.rooms` shows them. */
  readonly sids: Map<SocketId, Set<Room>>;
  /** The sockets of the deployment, where this process holds them all. */
  readonly resident: ResidentMembers | undefined;
  /** A socket of this process, once a middleware has let it in. */
  readonly local: (id: SocketId) => LocalSocket | undefined;
  /** How long sessions and what they missed are kept; absent while the application has recovery off. */
  readonly recoveryLimits: RecoveryLimits | undefined;
}

export interface RecoveryLimits {
  /** How long a client may be away. */
  readonly maxAwayMs: number;
  /** How long packets and orders are kept. */
  readonly keepMs: number;
}
