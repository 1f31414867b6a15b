import type { Namespace, Server } from "socket.io";
import { namespaceInternals, type ParentInternals, serverInternals } from "./internals";

/**
 * Dynamic namespaces in the memory of a container. They are made again from their parent whenever a socket or a
 * broadcast needs them, so a container keeps only some; clients choose their names.
 */

/** Empty ones above this are forgotten, the oldest first. */
const MOST_CHILDREN = 100;
/** A name in the table is kept again when a socket connects this long after the container last did so. */
const REFRESH_MS = 60 * 60 * 1000;

/** Those that were made here, and not by the application itself, whose listeners would go with them. */
const made = new WeakSet<Namespace>();
const keptAt = new WeakMap<Namespace, number>();

/** The namespace of a name, made if this container does not have it. */
export function childOf(io: Server, parent: ParentInternals, name: string): Namespace {
  const existing = serverInternals(io)._nsps.get(name);
  if (existing) return existing;
  const child = parent.createChild(name);
  made.add(child);
  return child;
}

export function noteKept(namespace: Namespace): void {
  keptAt.set(namespace, Date.now());
}

export function wasKeptLately(namespace: Namespace): boolean {
  return Date.now() - (keptAt.get(namespace) ?? 0) < REFRESH_MS;
}

/** Call when no event is being handled that could hold one of them. */
export function forgetChildren(io: Server): void {
  const { _nsps, parentNsps } = serverInternals(io);
  for (const { children } of parentNsps.values()) {
    for (const child of children) {
      if (children.size <= MOST_CHILDREN) break;
      if (!made.has(child) || !isEmpty(child)) continue;
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
