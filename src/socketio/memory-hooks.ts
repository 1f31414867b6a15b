import type { Server, Socket } from "socket.io";

/** What the memory of an application asks of the copy of Socket.IO that hosts it. */
export interface MemoryHooks {
  /** A socket is there from now on. */
  enter(socket: Socket): void;
  /** Whether a connection handler has to run again for a socket that is restored. */
  needsReplay(handler: unknown, socket: Socket): boolean;
  /** Runs something of which the memory is to forget what it did. */
  mute<T>(run: () => T): T;
}

const hooks = new WeakMap<Server, MemoryHooks>();

export function hookMemory(io: Server, given: MemoryHooks): void {
  hooks.set(io, given);
}

/** `undefined` where the application was not compiled to be kept. */
export function memoryOf(io: Server): MemoryHooks | undefined {
  return hooks.get(io);
}
