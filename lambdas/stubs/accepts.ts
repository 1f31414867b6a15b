/**
 * Stands in for the package `accepts` in the bundles. Socket.IO asks it only when it serves its
 * client's script over HTTP, which API Gateway never lets reach a function.
 */
function accepts(): never {
  throw new Error("Cannot serve the client's script: a function has no HTTP requests to answer");
}

export = accepts;
