import { Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import { Server as SocketIo } from "socket.io";
import { logWarning } from "../src/log";
import { toldToListen } from "./listening";

/** Which of an application's HTTP servers answers the requests that come to the function URL. */

/** Servers that Socket.IO makes itself for `io.listen(3000)`: they answer 404 to all but its client's files. */
const ofSocketIo = new WeakSet<object>();

/** Notes them. Called before the application is loaded. */
export function watchOwnServers(): void {
  const { attach } = SocketIo.prototype;
  SocketIo.prototype.attach = function (this: SocketIo, server, ...rest) {
    const result = attach.call(this, server, ...rest);
    if (typeof server !== "object") ofSocketIo.add(this.httpServer);
    return result;
  };
}

/** The server to which Socket.IO is attached, if it answers requests, else the first that listens and does. */
export function requestServer(io: SocketIo): HttpServer | undefined {
  const [server, ...others] = toldToListen()
    .filter(isHttp)
    .filter((server) => server.listenerCount("request") > 0)
    .sort((a, b) => rank(a, io) - rank(b, io));
  const unreached = others.filter((other) => !ofSocketIo.has(other) && !isSame(other, server));
  if (unreached.length > 0) {
    logWarning(
      `The application has ${unreached.length + 1} HTTP servers that answer requests: requests reach only the first, or the one of Socket.IO`,
    );
  }
  return server;
}

function rank(server: HttpServer, io: SocketIo): number {
  if (ofSocketIo.has(server)) return 2;
  return server === (io as Partial<SocketIo>).httpServer ? 0 : 1;
}

/** Fastify makes one for each address of `localhost`. */
function isSame(a: HttpServer, b: HttpServer | undefined): boolean {
  return a.listeners("request").every((one) => b?.listeners("request").includes(one as never));
}

function isHttp(server: object): server is HttpServer {
  return server instanceof HttpServer || server instanceof HttpsServer;
}
