/**
 * Stands in for the package `accepts` in the bundles. Socket.IO asks it only when it serves its
 * client's script over HTTP, for which `src/socketio/client-files.ts` has another way.
 */
function accepts(): never {
  throw new Error("Cannot serve the client's script by accepts: it is left out of the bundle");
}

export = accepts;
