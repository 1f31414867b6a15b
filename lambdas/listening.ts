import { Server } from "node:net";

/** Which servers an application has told to listen: after that, and not before, clients could reach it under `node`. */
const told = new WeakSet<object>();

export function noteListen(server: object): void {
  told.add(server);
}

export function isToldToListen(server: object): boolean {
  return told.has(server);
}

/** Notes what `listen` is called on, for servers that Socket.IO is not attached to yet. */
export function watchListen(): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    noteListen(this);
    return Reflect.apply(listen, this, args);
  };
}
