import { EventEmitter } from "node:events";
import { Server as HttpServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Server as TlsServer } from "node:tls";
import { Server as SocketIo } from "socket.io";
import { logWarning } from "../src/log";
import { toldToListen } from "./listening";
import { isWaiting } from "./start-application";

/** Which of an application's HTTP servers answers the requests that come to the function URL. */

/**
 * Servers that answered nothing when Socket.IO was attached, or that it has made itself for `io.listen(3000)`: with one
 * listener, which is Socket.IO's, they know its client's files alone.
 */
const bare = new WeakSet<object>();

/** Notes them. Called before the application is loaded. */
export function watchOwnServers(): void {
  const { attach } = SocketIo.prototype;
  SocketIo.prototype.attach = function (this: SocketIo, server, ...rest) {
    const isBare = !(server instanceof EventEmitter) || server.listenerCount("request") === 0;
    const result = attach.call(this, server, ...rest);
    if (isBare) bare.add(this.httpServer);
    return result;
  };
}

/** An application may connect to a database before its pages listen, after its sockets do. */
const LOOKS = 1000;
const LOOK_AGAIN_MS = 5;

/** Finds the server for the first request, which waits until it listens, and keeps it for the next ones. */
export function createServerFinder(io: SocketIo): () => Promise<HttpServer | undefined> {
  let found: Promise<HttpServer | undefined> | undefined;
  return () => {
    found ??= awaitServer(io);
    return found;
  };
}

async function awaitServer(io: SocketIo): Promise<HttpServer | undefined> {
  for (let n = 0; n < LOOKS && candidates(io).every(isBare) && isWaiting(); n++) {
    await sleep(LOOK_AGAIN_MS, undefined, { ref: false });
  }
  return requestServer(io);
}

/** The server to which Socket.IO is attached, if it answers requests, else the first that listens and does. */
export function requestServer(io: SocketIo): HttpServer | undefined {
  const [server, ...others] = candidates(io);
  const unreached = others.filter((other) => !isBare(other) && !isSame(other, server));
  if (unreached.length > 0) {
    logWarning(
      `The application has ${unreached.length + 1} HTTP servers that answer requests: requests reach only the first, or the one of Socket.IO`,
    );
  }
  return server;
}

/** Best first. */
function candidates(io: SocketIo): HttpServer[] {
  return toldToListen()
    .filter(isHttp)
    .filter((server) => server.listenerCount("request") > 0)
    .sort((a, b) => rank(a, io) - rank(b, io));
}

function rank(server: HttpServer, io: SocketIo): number {
  if (isBare(server)) return 2;
  return server === (io as Partial<SocketIo>).httpServer ? 0 : 1;
}

function isBare(server: HttpServer): boolean {
  return bare.has(server) && server.listenerCount("request") < 2;
}

/** Fastify makes one for each address of `localhost`. */
function isSame(a: HttpServer, b: HttpServer | undefined): boolean {
  return a.listeners("request").every((one) => b?.listeners("request").includes(one as never));
}

function isHttp(server: object): server is HttpServer {
  return server instanceof HttpServer || server instanceof TlsServer;
}
