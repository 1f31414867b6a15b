import { Server } from "socket.io";
import type { Namespaces } from "../ports";
import type { AckIds } from "./ack-ids";
import { createAdapterClass, type GivenPorts } from "./adapter-class";
import { type ClientClass, findClientClass } from "./client";
import { followAdapters } from "./earlier-adapters";
import { unifyBytes } from "./encoder";
import { shareNamespaces } from "./namespaces";
import { installOverrides } from "./overrides";
import { maxMessageBytes, refuseLocks } from "./refuse-locks";
import { VirtualEngine } from "./virtual-engine";

/** A server of Socket.IO whose connections the host brings to it. */
export interface AttachedServer {
  readonly io: Server;
  readonly engine: VirtualEngine;
  readonly Client: ClientClass;
  /** Of one frame, as the application limits it; the platform's limits hold in any case. */
  readonly mostBytes: number | undefined;
}

interface Attaching {
  readonly adapterPorts: GivenPorts;
  readonly ackIds: AckIds;
  readonly namespaces: Namespaces;
  /** How many names of dynamic namespaces one connection may add. */
  readonly newNamespaces: number;
}

/**
 * Makes an application's server one that is hosted: the classes of Socket.IO first, then what it has of its own.
 *
 * @throws TypeError for what is not a server; Error if the application locks clients out in a way that has no effect here
 */
export function attachServer(
  io: Server,
  { adapterPorts, ackIds, namespaces, newNamespaces }: Attaching,
): AttachedServer {
  assertServer(io);
  refuseLocks(io);
  // The engine that the application has brought is known until ours takes its place.
  const mostBytes = maxMessageBytes(io);
  installOverrides();
  unifyBytes(io);
  const Client = findClientClass(io);
  const Adapter = createAdapterClass(io, adapterPorts, ackIds);
  followAdapters(io, () => void io.adapter(Adapter as never));
  const engine = new VirtualEngine(io.engine);
  io.bind(engine as never);
  shareNamespaces(io, namespaces, newNamespaces);
  return { io, engine, Client, mostBytes };
}

function assertServer(io: unknown): void {
  // A server of another copy of socket.io would be a stranger here too.
  if (io instanceof Server) return;
  throw new TypeError(
    `Cannot host the application: expected it to export \`io\`, a Server of socket.io, got ${typeof io}`,
  );
}
