/**
 * Stands in for the package `ws` in the bundles. Socket.IO's own adapter asks it for prepared
 * WebSocket frames, which only Engine.IO's transports would read.
 */
export const Sender = { frame: (): readonly Uint8Array[] => [] };

function refuse(): never {
  throw new Error(
    "Cannot use the package ws: it is left out of the bundle, since API Gateway holds the sockets",
  );
}

export class WebSocket {
  constructor() {
    refuse();
  }
}

export class WebSocketServer {
  constructor() {
    refuse();
  }
}

export { WebSocketServer as Server };
export default WebSocket;
