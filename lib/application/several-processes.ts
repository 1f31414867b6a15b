import { relative } from "node:path";
import type { PluginBuild } from "esbuild";

/**
 * Packages by which several processes of a Socket.IO server share rooms and clients. Functions share them by the table,
 * so these do nothing here, and are named once with what to delete.
 */
const ADAPTERS =
  /^(@socket\.io\/[\w-]*adapter|socket\.io-(redis|adapter-mongo|amqp-adapter)|socket\.io-redis-adapter)$/;
const STICKY = /^(@socket\.io\/sticky|sticky-session|socketio-sticky-session)$/;
const EMITTERS = /^(@socket\.io\/[\w-]*emitter|socket\.io-emitter)$/;
const CLUSTER = /^(node:)?cluster$/;

const NAMESPACE = "several-processes";

/** @param notes gets what a person should know */
export function nameSeveralProcesses(build: PluginBuild, notes: Set<string>): void {
  for (const [filter, kind] of KINDS) {
    build.onResolve({ filter }, ({ path, importer }) => {
      // Packages that ask for `cluster` themselves do so for what a worker is, which they get.
      const isOwn = !/[\\/]node_modules[\\/]/.test(importer);
      if (isOwn) notes.add(`${relative(process.cwd(), importer)} imports ${path}: ${NOTES[kind]}`);
      return { path: kind, namespace: NAMESPACE };
    });
  }
  build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
    contents: CONTENTS[path as Kind],
  }));
}

type Kind = "adapter" | "sticky" | "emitter" | "cluster";

const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [ADAPTERS, "adapter"],
  [STICKY, "sticky"],
  [EMITTERS, "emitter"],
  [CLUSTER, "cluster"],
];

const NOTES: Readonly<Record<Kind, string>> = {
  adapter:
    "it does nothing here, since all functions share rooms and clients by the table. Delete it with the clients that only it uses: they still connect",
  sticky: "it does nothing here, since API Gateway holds the connections. It may be deleted",
  emitter:
    "what it sends reaches no client here, so its use throws an error. Use lambda-rooms/emitter",
  cluster:
    "a function runs as one worker (`cluster.isPrimary` is false) and forks none. Lambda runs as many as clients need",
};

/** What Socket.IO asks of an adapter before it is hosted. */
const ADAPTER = `
const { EventEmitter } = require("node:events");
const nothing = () => undefined;
class NoAdapter extends EventEmitter {
  constructor(nsp) { super(); Object.assign(this, { nsp, rooms: new Map(), sids: new Map() }); }
  sockets() { return Promise.resolve(new Set()); }
  fetchSockets() { return Promise.resolve([]); }
  serverCount() { return Promise.resolve(1); }
}
for (const name of ["init", "close", "addAll", "del", "delAll", "broadcast", "broadcastWithAck", "socketRooms",
  "addSockets", "delSockets", "disconnectSockets", "serverSideEmit", "persistSession", "restoreSession"])
  NoAdapter.prototype[name] = nothing;
const createAdapter = () => NoAdapter;`;

const CONTENTS: Readonly<Record<Kind, string>> = {
  adapter: `${ADAPTER}
module.exports = Object.assign(() => NoAdapter, {
  createAdapter, createShardedAdapter: createAdapter, createShardedPrimary: nothing, setupPrimary: nothing,
});
module.exports.default = module.exports;`,
  // The primary process would listen.
  sticky: `module.exports = { setupMaster: () => undefined, setupWorker: (io) => void io.httpServer.listen(0) };`,
  emitter: `
class Emitter { constructor() { throw new Error("Cannot send: " + ${JSON.stringify(NOTES.emitter)}); } }
module.exports = Object.assign(() => new Emitter(), { Emitter });`,
  cluster: `
const { EventEmitter } = require("node:events");
const nothing = () => undefined;
const worker = Object.assign(new EventEmitter(), {
  id: 1, process, send: nothing, disconnect: nothing, kill: nothing, isConnected: () => true, isDead: () => false,
});
const fork = () => { throw new Error("Cannot fork: a function is one worker, and Lambda runs as many as clients need"); };
module.exports = Object.assign(new EventEmitter(), {
  isMaster: false, isPrimary: false, isWorker: true, worker, workers: {}, settings: {}, schedulingPolicy: 2,
  SCHED_NONE: 1, SCHED_RR: 2, fork, setupMaster: nothing, setupPrimary: nothing, disconnect: nothing,
});`,
};
