import { EventEmitter } from "node:events";
import type { Namespace, Server } from "socket.io";
import { serverInternals } from "./internals";

/**
 * An operator holds the adapter of its time: `const room = io.to("news")` at the top of a file has that of a server which
 * is not hosted yet, and would send to no client. So the adapters that were there before stand for those that follow.
 *
 * @param replace gives all namespaces new adapters
 */
export function followAdapters(io: Server, replace: () => void): void {
  const namespaces = [...serverInternals(io)._nsps.values()];
  const before = namespaces.map((namespace) => namespace.adapter);
  replace();
  for (const [place, { adapter }] of namespaces.entries()) {
    const earlier = before[place];
    if (earlier && earlier !== adapter) standFor(earlier, adapter);
  }
}

type Adapter = Namespace["adapter"];

function standFor(earlier: Adapter, adapter: Adapter): void {
  for (const name of namesOf(adapter)) {
    // The fields of the one that keeps sessions are read by a timer of its own.
    if (Object.hasOwn(earlier, name) && name !== "rooms" && name !== "sids") continue;
    const get = () => {
      const value: unknown = Reflect.get(adapter, name);
      return typeof value === "function" ? value.bind(adapter) : value;
    };
    Object.defineProperty(earlier, name, { configurable: true, get });
  }
}

/** What an adapter has besides an emitter: listeners of the earlier one have been taken over. */
function namesOf(adapter: object): Set<string> {
  const names = new Set<string>();
  for (let at = adapter; at !== EventEmitter.prototype && at; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  for (const name of ["constructor", "_events", "_eventsCount", "_maxListeners"])
    names.delete(name);
  return names;
}
