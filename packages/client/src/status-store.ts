import type { RoomsClient, RoomsError } from "./index";
import type { Status } from "./types";

export interface RoomsState<In, Out> {
  readonly client: RoomsClient<In, Out>;
  readonly status: Status;
  /** The socket's id while it is connected. */
  readonly id: string | undefined;
  /** Why there is no connection. */
  readonly error: RoomsError | undefined;
}

/** How a client's connection is, as React reads it: the same object until something changes. */
export class StatusStore<In, Out> {
  #state: RoomsState<In, Out>;

  constructor(private readonly client: RoomsClient<In, Out>) {
    this.#state = this.#look();
  }

  readonly read = (): RoomsState<In, Out> => this.#state;

  readonly subscribe = (change: () => void): (() => void) => {
    const update = () => {
      this.#state = this.#look();
      change();
    };
    // It may have changed between the render and this effect.
    if (this.client.status !== this.#state.status) this.#state = this.#look();
    return this.client.onStatus(update);
  };

  #look(): RoomsState<In, Out> {
    const { client } = this;
    return { client, status: client.status, id: client.id, error: client.error };
  }
}
