import type { Client } from "./client";

export type Room = string | number;

/** What became of a broadcast, in sockets. */
export interface Receipt {
  /** Whom it was meant for: the sum of the others. */
  readonly matched: number;
  /** API Gateway took it. A client whose network has just gone may still miss it. */
  readonly delivered: number;
  /** Their connections had ended. */
  readonly gone: number;
  /** API Gateway refused more requests, also after retries. */
  readonly throttled: number;
  /** Anything else, also after retries. */
  readonly failed: number;
}

/** A socket as `fetchSockets` of Socket.IO shows one of another server. */
export interface SocketDetails {
  readonly id: string;
  readonly rooms: readonly Room[];
  readonly data: Record<string, unknown>;
  readonly handshake: Record<string, unknown>;
}

interface Audience {
  readonly namespace: string;
  readonly rooms: readonly Room[];
  readonly except: readonly Room[];
}

/** Whom a call reaches. Immutable: each operator gives a new one. */
export class Operator {
  constructor(
    private readonly client: Client,
    private readonly audience: Audience,
  ) {}

  /** Only sockets in one of the rooms. */
  to(room: Room | readonly Room[]): Operator {
    return this.#with({ rooms: [...this.audience.rooms, ...[room].flat()] as Room[] });
  }

  /** The same as `to`. */
  in(room: Room | readonly Room[]): Operator {
    return this.to(room);
  }

  /** No sockets in any of the rooms. */
  except(room: Room | readonly Room[]): Operator {
    return this.#with({ except: [...this.audience.except, ...[room].flat()] as Room[] });
  }

  /** Sends an event; without `to`, to everyone in the namespace. */
  emit(event: string, ...args: unknown[]): Promise<Receipt> {
    return this.client.request("POST", "/emit", { ...this.audience, event, args });
  }

  async socketsJoin(room: Room | readonly Room[]): Promise<void> {
    await this.#sockets("join", { join: [room].flat() });
  }

  async socketsLeave(room: Room | readonly Room[]): Promise<void> {
    await this.#sockets("leave", { leave: [room].flat() });
  }

  /** Each socket leaves the namespace on its own lane, so a moment later. */
  async disconnectSockets(close = false): Promise<void> {
    await this.#sockets("disconnect", { close });
  }

  /** At most 1,000. */
  async fetchSockets(): Promise<readonly SocketDetails[]> {
    const { sockets } = await this.#sockets<{ sockets: SocketDetails[] }>("fetch", {});
    return sockets;
  }

  /** The rooms of the namespace with how many members each has, whatever `to` and `except` say. */
  async countRooms(): Promise<Map<Room, number>> {
    const path = `/rooms/${encodeURIComponent(this.audience.namespace)}`;
    const { rooms } = await this.client.request<{ rooms: { room: Room; members: number }[] }>(
      "GET",
      path,
    );
    return new Map(rooms.map(({ room, members }) => [room, members]));
  }

  #sockets<T>(operation: string, body: object): Promise<T> {
    return this.client.request("POST", `/sockets/${operation}`, { ...this.audience, ...body });
  }

  #with(changed: Partial<Audience>): Operator {
    return new Operator(this.client, { ...this.audience, ...changed });
  }
}
