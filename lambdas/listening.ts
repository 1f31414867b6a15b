import { isIP, type ListenOptions, Server } from "node:net";

/**
 * What `listen` does in a function: all that an application sees of it, and no port. No client reaches a port of a
 * function, and two containers of one machine, as of the local stack, could not share it.
 *
 * Node's own `listen` reads the arguments, calls the callback and answers `address()`. Only the handle is made here,
 * in the method that Node keeps as `_listen2`:
 * https://github.com/nodejs/node/blob/v24.0.0/lib/net.js (`setupListenHandle`). A real port takes as long.
 */

/** Which servers have said that they listen: after that, and not before, clients could reach them under `node`. */
const ready = new WeakSet<object>();
const told = new Set<object>();
/** `address:port` of the servers that listen. */
const taken = new Set<string>();
/** Where systems begin to give ports to servers that ask for any. */
let anyPort = 49_152;

/** In the order in which `listen` was called. */
export function toldToListen(): readonly object[] {
  return [...told];
}

/** Whether `listen` was called. */
export function isToldToListen(server: object): boolean {
  return told.has(server);
}

/** Whether all that an application does once it listens is over, also what the callback of `listen` awaits. */
export function isReady(server: object): boolean {
  return ready.has(server);
}

/** A further copy of the application has servers of its own, at the same ports. */
export function forgetListening(): void {
  told.clear();
  taken.clear();
}

/** Takes the place of Node's listening, for the whole process. */
export function watchListen(): void {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...args: unknown[]) {
    const server = Reflect.apply(listen, this, args.map(withoutName));
    told.add(this);
    return server;
  };
  Object.assign(Server.prototype, { _listen2: listenWithoutPort });
}

/** A name would be looked up in the function's network, where it may be unknown. */
function withoutName(arg: unknown, index: number): unknown {
  if (typeof arg === "string" && index === 1) return addressOf(arg);
  const { host } = (arg ?? {}) as ListenOptions;
  if (index > 0 || typeof arg !== "object" || typeof host !== "string") return arg;
  return { ...arg, host: addressOf(host) };
}

function addressOf(host: string): string {
  if (host === "" || isIP(host)) return host;
  return host === "localhost" ? "127.0.0.1" : "0.0.0.0";
}

/** @param port -1 for a path */
function listenWithoutPort(this: Server, address: string | null, port: number): void {
  const at = { address: address ?? "::", port: port === 0 ? anyPort++ : port };
  const place = port < 0 ? String(address) : `${at.address}:${at.port}`;
  if (taken.has(place)) {
    process.nextTick(() => this.emit("error", addressInUse(at)));
    return;
  }
  taken.add(place);
  Object.assign(this, { _handle: createHandle(at, () => taken.delete(place)) });
  process.nextTick(() => emitListening(this));
}

interface Address {
  readonly address: string;
  readonly port: number;
}

/** What Node asks of a handle: https://github.com/nodejs/node/blob/v24.0.0/lib/net.js */
function createHandle({ address, port }: Address, release: () => void) {
  const family = isIP(address) === 4 ? "IPv4" : "IPv6";
  const ignore = () => undefined;
  return {
    close: release,
    ...{ ref: ignore, unref: ignore, fchmod: ignore },
    // A path is answered by its name.
    ...(port < 0
      ? {}
      : { getsockname: (out: object) => void Object.assign(out, { address, family, port }) }),
  };
}

/** In the words of Node: two servers of one process cannot share a port there either. */
function addressInUse({ address, port }: Address): Error {
  const place = port < 0 ? address : `${address}:${port}`;
  const about = { code: "EADDRINUSE", errno: -98, syscall: "listen", address, port };
  return Object.assign(new Error(`listen EADDRINUSE: address already in use ${place}`), about);
}

/** As `emit` would, but for what listeners return: a promise says that the application is still at it. */
function emitListening(server: Server): void {
  if (!server.listening) return;
  const results = server.rawListeners("listening").map((listener) => listener.call(server));
  // A rejection stays unhandled, as it is under `node`.
  void Promise.all(results).then(() => ready.add(server));
}
