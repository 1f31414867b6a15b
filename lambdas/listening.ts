import { Server } from "node:net";

/** Which servers an application has told to listen: after that, and not before, clients could reach it under `node`. */
const told = new Set<object>();

export function noteListen(server: object): void {
  told.add(server);
}

/** In the order in which they were told. */
export function toldToListen(): readonly object[] {
  return [...told];
}

export function isToldToListen(server: object): boolean {
  return told.has(server);
}

/**
 * Notes what `listen` is called on, for servers that Socket.IO is not attached to yet. No client reaches a port of a
 * function, so any free one will do: two containers on one machine, as of the local stack, could not share one.
 */
export function watchListen(): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    noteListen(this);
    const callbacks = args.filter((arg) => typeof arg === "function");
    return Reflect.apply(listen, this, [0, "127.0.0.1", ...callbacks]);
  };
}
