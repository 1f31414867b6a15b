import type { Socket } from "socket.io";
import { hosted } from "./hosted-socket";

/**
 * Listeners that have been consumed (`once`) or removed (`off`) stay so, although every replay
 * registers them again. They are known by their event and their place among its listeners.
 */
export type RemovedListeners = Readonly<Record<string, readonly number[]>>;

/** Call once the connection handler has ended, and before any later event is dispatched. */
export function noteListeners(socket: Socket): void {
  const record = hosted(socket);
  if (record.registered) return;
  const names = socket.eventNames().filter((name) => typeof name === "string");
  record.registered = new Map(names.map((name) => [name, socket.rawListeners(name)]));
}

export function removeListeners(socket: Socket, removed: RemovedListeners): void {
  for (const [name, places] of Object.entries(removed)) {
    const listeners = hosted(socket).registered?.get(name) ?? [];
    for (const place of places) {
      const listener = listeners[place];
      if (listener) socket.off(name, listener as () => void);
    }
  }
}

/** The places of the listeners that are no longer there. */
export function removedListeners(socket: Socket): RemovedListeners {
  const removed: Record<string, number[]> = Object.create(null);
  for (const [name, listeners] of hosted(socket).registered ?? []) {
    const left = new Set<unknown>(socket.rawListeners(name));
    const places = listeners.flatMap((listener, place) => (left.has(listener) ? [] : [place]));
    if (places.length > 0) removed[name] = places;
  }
  return { ...removed };
}
