import type { Namespace, Server } from "socket.io";
import { hostedNamespace } from "./hosted-namespace";
import { namespaceInternals, type ParentInternals, serverInternals } from "./internals";

/**
 * Dynamic namespaces in the memory of a container. They are made again from their parent whenever a socket or a
 * broadcast needs them, so a container keeps only some; clients choose their names.
 */

/** Empty ones above this are forgotten, the oldest first. */
const MOST_CHILDREN = 100;
/** A name in the table is kept again when a socket connects this long after the container last did so. */
const REFRESH_MS = 60 * 60 * 1000;

/** The namespace of a name, made if this container does not have it. */
export function childOf(io: Server, parent: ParentInternals, name: string): Namespace {
  const existing = serverInternals(io)._nsps.get(name);
  if (existing) return existing;
  const child = parent.createChild(name);
  hostedNamespace(child).isRemade = true;
  return child;
}

/** The place of the parent of a dynamic namespace in the order of registration. */
export function parentOf(io: Server, namespace: Namespace): number | undefined {
  const parents = [...serverInternals(io).parentNsps.values()];
  const place = parents.findIndex(({ children }) => children.has(namespace));
  return place === -1 ? undefined : place;
}

export function noteKept(namespace: Namespace): void {
  hostedNamespace(namespace).keptAt = Date.now();
}

export function wasKeptLately(namespace: Namespace): boolean {
  return Date.now() - hostedNamespace(namespace).keptAt < REFRESH_MS;
}

/** Call when no event is being handled that could hold one of them. */
export function forgetChildren(io: Server): void {
  const { _nsps, parentNsps } = serverInternals(io);
  for (const { children } of parentNsps.values()) {
    for (const child of children) {
      if (children.size <= MOST_CHILDREN) break;
      if (!hostedNamespace(child).isRemade || !isEmpty(child)) continue;
      void child.adapter.close();
      children.delete(child);
      _nsps.delete(child.name);
    }
  }
}

function isEmpty(namespace: Namespace): boolean {
  const { sockets, _preConnectSockets: connecting } = namespaceInternals(namespace);
  return sockets.size === 0 && connecting.size === 0;
}
