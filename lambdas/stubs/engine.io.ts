/**
 * Stands in for the package `engine.io` in the bundles: API Gateway holds the sockets, so a function
 * needs none of its transports. A stock file may still write `new Server(httpServer)` or
 * `new Server(3000)`; the server it gets here never listens and never sees a request.
 */
import { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";

/** Version of the Engine.IO protocol, as the package exports it. */
export const protocol = 4;

function refuse(what: string): never {
  throw new Error(
    `Cannot use ${what} of engine.io: on Lambda the connections are held by API Gateway`,
  );
}

/** An engine without transports: emits nothing, holds nobody. */
export class Server extends EventEmitter {
  readonly clients = {};
  readonly clientsCount = 0;
  readonly opts: unknown;

  constructor(opts: unknown = {}) {
    super();
    this.opts = opts;
  }

  /** Keeps an HTTP server from opening a port nobody could reach, now or later. */
  attach(server: HttpServer): void {
    server.on("error", () => undefined);
    if (server.listening) server.close();
    server.listen = () => server;
  }

  /** Does nothing: there is nothing open. */
  close(): this {
    return this;
  }

  /** Does nothing: middlewares of the engine see HTTP requests, and none come. */
  use(): void {}

  handleRequest(): never {
    return refuse("handleRequest");
  }

  handleUpgrade(): never {
    return refuse("handleUpgrade");
  }
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
