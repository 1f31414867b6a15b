import type { RoomsClient, RoomsError } from "./index";
import type { Status } from "./types";

export interface JoinState {
  readonly isJoined: boolean;
  /** Why the client could not join. */
  readonly error: RoomsError | undefined;
}
type Listener = (state: JoinState) => void;

interface Used {
  readonly listeners: Set<Listener>;
  state: JoinState;
}

export const NOT_JOINED: JoinState = { isJoined: false, error: undefined };

/** Keeps a client in the rooms that components use: in with the first, out with the last. */
export class RoomsInUse {
  readonly #rooms = new Map<string, Used>();

  constructor(private readonly client: RoomsClient) {
    client.onStatus((status) => this.#follow(status));
  }

  /** @returns what ends the use. */
  use(room: string, listener: Listener): () => void {
    let used = this.#rooms.get(room);
    if (!used) {
      used = { listeners: new Set(), state: NOT_JOINED };
      this.#rooms.set(room, used);
      if (this.client.status === "connected") this.#join(room, used);
    }
    const { listeners, state } = used;
    listeners.add(listener);
    listener(state);
    return () => {
      listeners.delete(listener);
      // React ends effects and begins them again at once: then the client stays.
      setTimeout(() => this.#leave(room));
    };
  }

  #follow(status: Status): void {
    for (const [room, used] of this.#rooms) {
      // A recovered session is in its rooms; another learns here whether it may be.
      const isIn = used.state.isJoined && this.client.recovered;
      if (status === "connected" && !isIn) this.#join(room, used);
      if (status === "idle" || status === "closed") set(used, NOT_JOINED);
    }
  }

  #join(room: string, used: Used): void {
    this.client.join(room).then(
      () => set(used, { isJoined: true, error: undefined }),
      (error: RoomsError) => {
        // The provider was taken away, or is mounted again.
        if (error.code !== "closed") set(used, { isJoined: false, error });
      },
    );
  }

  #leave(room: string): void {
    if (this.#rooms.get(room)?.listeners.size !== 0) return;
    this.#rooms.delete(room);
    // The end of a connection has left it already.
    if (this.client.status !== "connected") return;
    this.client.leave(room).catch((error) => console.warn(`Lambda Rooms: ${error.message}`));
  }
}

function set(used: Used, state: JoinState): void {
  used.state = state;
  for (const listener of used.listeners) listener(state);
}
