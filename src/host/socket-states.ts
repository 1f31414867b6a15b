import type { Socket } from "socket.io";
import type { SocketState } from "../ports";
import type { ClientInternals } from "./internals";
import { isStored, markStored, readState } from "./state";

/** The states of a connection's sockets as its handled events have left them. */
export class SocketStates {
  readonly #noted = new Map<Socket, SocketState>();

  constructor(private readonly client: ClientInternals) {}

  /** Call after each event that succeeded: what a failed one has written will be written again. */
  note(): void {
    for (const socket of this.client.sockets.values()) {
      const state = readState(socket);
      if (!isStored(socket, state)) this.#noted.set(socket, state);
      else this.#noted.delete(socket);
    }
  }

  /** Whether the table lacks a state. */
  get isChanged(): boolean {
    return this.#noted.size > 0;
  }

  /** The state that the table does not have yet; it is taken as saved from here on. */
  unsaved(socket: Socket): SocketState | undefined {
    const state = this.#noted.get(socket);
    if (state) markStored(socket, state);
    return state;
  }
}
