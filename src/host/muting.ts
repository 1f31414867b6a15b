import { Socket } from "socket.io";
import { currentScope } from "./scope";

/**
 * Keeps a replay from doing anything to the socket itself. Frames and rooms are muted where they
 * leave (`VirtualConnection`, the adapter); what is left are the two methods that change the socket
 * object before anything leaves.
 */

let installed = false;

/** Replaces the methods for this process. May be called any number of times. */
export function installMuting(): void {
  if (installed) return;
  installed = true;
  const { disconnect, emit } = Socket.prototype;
  Socket.prototype.disconnect = function (close) {
    return currentScope().muted ? this : disconnect.call(this, close);
  };
  Socket.prototype.emit = function (event, ...args) {
    const scope = currentScope();
    if (scope.muted && typeof args.at(-1) === "function") {
      // The question was asked once, at the real connect; its answer went to that invocation.
      args.pop();
      scope.orphan();
    }
    return emit.call(this, event, ...args);
  };
}
