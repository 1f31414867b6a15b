import type { Server } from "socket.io";
import { Application } from "../../src/names";
import type { SocketIo } from "../support/fresh-socket-io";

/** Node's timers, or what stands in for them. */
export type AppTimers = Readonly<
  Record<"setTimeout" | "setInterval" | "clearTimeout" | "clearInterval", unknown>
>;

/** What an application sets besides goes with its process. */
const GLOBALS = new Set(Object.keys(globalThis));
const MEMORY = Symbol.for(Application.memory);

/** Runs an application's script, and finds the server that it makes. */
export function evaluate(code: string, socketIo: SocketIo, timers: AppTimers): Server {
  let made: Server | undefined;
  const NotedServer = new Proxy(socketIo.Server, {
    construct(target, args, newTarget) {
      made = Reflect.construct(target, args, newTarget);
      return made as Server;
    },
  });
  const createServer = (...args: []) => new NotedServer(...args);
  const given = Object.assign(createServer, { ...socketIo, Server: NotedServer });
  const load = (name: string): unknown => {
    if (name === Application.memoryModule) return Reflect.get(globalThis, MEMORY);
    return name === "socket.io" ? given : require(name);
  };
  const module = { exports: {} };
  Object.assign(globalThis, { [Symbol.for(Application.hosted)]: { "socket.io": given } });
  const own = { require: load, module, exports: module.exports, ...timers };
  const paths = { __filename: "/app/server.js", __dirname: "/app" };
  new Function(...Object.keys({ ...own, ...paths }), code)(...Object.values({ ...own, ...paths }));
  if (!made) throw new Error("Expected the application to make a server, got none");
  return made;
}

/** Forgets what the application before has set in this process. */
export function forgetApplication(): void {
  Reflect.deleteProperty(globalThis, MEMORY);
  for (const name of Object.keys(globalThis)) {
    if (!GLOBALS.has(name)) Reflect.deleteProperty(globalThis, name);
  }
}
