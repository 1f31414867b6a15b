import type { Server } from "socket.io";
import type { UpgradeEngine } from "../ports";
import { serverInternals } from "./internals";
import { VirtualEngine } from "./virtual-engine";

/**
 * What keeps clients out of an application. A server that was never told to listen, as one that a module only exports,
 * has no engine; its options count all the same.
 */
export function upgradeEngineOf(io: Server): UpgradeEngine {
  const engine: unknown = io.engine ?? new VirtualEngine({ opts: serverInternals(io).opts });
  return engine as UpgradeEngine;
}
