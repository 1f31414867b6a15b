import type { Socket } from "socket.io";
import type { SocketId, SocketRecord, SocketState } from "../ports";
import type { ClientInternals } from "../socketio/internals";
import { isStored, markStored, readState } from "../socketio/state";

/** The states of a connection's sockets as its handled events have left them. */
export class SocketStates {
  readonly #noted = new Map<Socket, SocketState>();

  /** Sockets whose states were looked at; a new one is stored with what its connection handler has left. */
  readonly #seen: Set<SocketId>;
  #hasNew = false;

  /** @param restored as the table had them */
  constructor(
    private readonly client: ClientInternals,
    restored: Iterable<SocketRecord>,
  ) {
    this.#seen = new Set([...restored].map(({ id }) => id));
  }

  /** Call after each event that succeeded: what a failed one has written will be written again. */
  note(): void {
    this.#hasNew = false;
    for (const socket of this.client.sockets.values()) {
      if (!this.#seen.has(socket.id)) this.#hasNew = true;
      this.#seen.add(socket.id);
      const state = readState(socket);
      if (!isStored(socket, state)) this.#noted.set(socket, state);
      else this.#noted.delete(socket);
    }
  }

  /** Whether the table lacks a state, or has just been given one. */
  get isChanged(): boolean {
    return this.#hasNew || this.#noted.size > 0;
  }

  /** The state that the table does not have yet; it is taken as saved from here on. */
  unsaved(socket: Socket): SocketState | undefined {
    const state = this.#noted.get(socket);
    if (state) markStored(socket, state);
    return state;
  }
}
