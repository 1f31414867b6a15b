import { createRequire } from "node:module";

export type SocketIo = typeof import("socket.io");

/** The host replaces methods of the copy of Socket.IO that it is loaded with; this one is as published. */
export function freshSocketIo(): SocketIo {
  return typeof jest === "undefined" ? loadBesideCache() : loadIsolated();
}

function loadIsolated(): SocketIo {
  let copy: SocketIo | undefined;
  jest.isolateModules(() => {
    copy = require("socket.io");
  });
  return copy as SocketIo;
}

const OF_SOCKET_IO = /[\\/]node_modules[\\/](socket\.io|socket\.io-adapter|socket\.io-parser)[\\/]/;

/** Node loads what its cache does not hold. What was there comes back afterwards. */
function loadBesideCache(): SocketIo {
  const load = createRequire(__filename);
  const { cache } = load;
  const known = Object.entries(cache).filter(([file]) => OF_SOCKET_IO.test(file));
  for (const [file] of known) delete cache[file];
  try {
    return load("socket.io");
  } finally {
    for (const file of Object.keys(cache)) if (OF_SOCKET_IO.test(file)) delete cache[file];
    for (const [file, module] of known) cache[file] = module;
  }
}
