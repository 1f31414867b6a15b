/**
 * Stands in for the package `engine.io` in the bundles: API Gateway holds the sockets, so a function
 * needs none of its transports. A stock file may still write `new Server(httpServer)` or
 * `new Server(3000)`; the engine it gets here never sees a request.
 */
import type { Server as HttpServer } from "node:http";
import { refuseLock, refuseOptions } from "../../src/locks";
import { LockedEngine } from "../../src/socketio/locked-engine";

/** Version of the Engine.IO protocol, as the package exports it. */
export const protocol = 4;

function refuse(what: string): never {
  throw new Error(
    `Cannot use ${what} of engine.io: on Lambda the connections are held by API Gateway`,
  );
}

/** An engine without transports: emits nothing, holds no client. */
export class Server extends LockedEngine {
  readonly clients = {};
  readonly clientsCount = 0;
  readonly opts: unknown;

  constructor(opts: unknown = {}) {
    super();
    refuseOptions(opts);
    this.opts = opts;
  }

  /** An HTTP server stays as it is: it opens no port, see `lambdas/listening.ts`, and gets no upgrade request. */
  attach(server: HttpServer): void {
    refuseLocksOf(server);
  }

  /** Does nothing: there is nothing open. */
  close(): this {
    return this;
  }
}

/** What keeps clients out at an HTTP server, which meets none here. */
function refuseLocksOf(server: Partial<TlsOptions> & HttpServer): void {
  const refuseUpgrade = () => refuseLock("upgrade", 'server.on("upgrade")');
  if (server.listenerCount("upgrade") > 0) refuseUpgrade();
  server.on("newListener", (event) => {
    if (event === "upgrade") refuseUpgrade();
  });
  if (server.requestCert && server.rejectUnauthorized) refuseLock("client certificates");
  // Node leaves it undefined until it is set.
  if (server.maxConnections) refuseLock("maxConnections", "server.maxConnections");
}

/** What a `tls.Server` keeps of its options. */
interface TlsOptions {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
}

/** What `new Server(httpServer)` calls. */
export function attach(server: HttpServer, opts?: unknown): Server {
  const engine = new Server(opts);
  engine.attach(server);
  return engine;
}

/** What `io.attachApp(uWebSockets)` calls. */
export class uServer {
  constructor() {
    refuse("uServer");
  }
}

/** Never constructed here; exported since code may ask `instanceof Socket`. */
export class Socket {
  constructor() {
    refuse("Socket");
  }
}

export class Transport {
  constructor() {
    refuse("Transport");
  }
}

export const transports = {};

export function listen(): never {
  return refuse("listen");
}
