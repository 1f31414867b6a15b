import { Adapter, type BroadcastOptions } from "socket.io-adapter";
import { fanOut } from "../delivery/fan-out";
import type {
  Delivery,
  Effects,
  Frame,
  GoneMember,
  Lanes,
  Member,
  Protocol,
  Room,
  SocketAddress,
  SocketId,
  SocketRecord,
  Store,
} from "../ports";
import { encodeEngineFrames } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import { encodeJsonEvent } from "../wire/json-messages";
import type { Packet } from "../wire/packet";
import { readAudience } from "./audience";

export interface AdapterPorts {
  readonly store: Store;
  readonly delivery: Delivery;
  readonly lanes: Lanes;
  readonly effects: Effects;
}

/** What the adapter needs to know of a socket of this process. */
export interface LocalSocket {
  readonly address: SocketAddress;
  /** The socket as it is to be stored, read when the write happens. */
  readonly describe: () => Omit<SocketRecord, "rooms">;
  /** Whether the whole connection is ending, so that its item will go anyway. */
  readonly isClosing: () => boolean;
}

/** Socket.IO's namespace, as far as the adapter uses it. */
export interface AdapterNamespace {
  readonly name: string;
  readonly sockets: ReadonlyMap<SocketId, object>;
  readonly server: { readonly encoder: { encode(packet: Packet): (string | Buffer)[] } };
}

/**
 * Rooms in DynamoDB behind Socket.IO's adapter interface.
 *
 * `sids` is the synchronous view that `socket.rooms` shows: the sockets that this invocation has
 * restored or connected, and nobody else's. Everything that reaches further goes to the ports.
 */
export class RoomsAdapter extends Adapter {
  /** Sockets of this process that the table knows, with the rooms in which it has them. */
  readonly #stored = new Map<SocketId, Set<Room>>();

  constructor(
    private readonly namespace: AdapterNamespace,
    private readonly ports: AdapterPorts,
    private readonly local: (id: SocketId) => LocalSocket | undefined,
  ) {
    super(namespace);
  }

  /** Takes a socket over from an earlier invocation, as the table has it. */
  restore(id: SocketId, rooms: ReadonlySet<Room>): void {
    this.sids.set(id, new Set(rooms) as Set<string>);
    this.#stored.set(id, new Set(rooms));
  }

  /** Forgets a socket at the end of the invocation; the table keeps it. */
  release(id: SocketId): void {
    this.sids.delete(id);
    this.#stored.delete(id);
  }

  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    const view = this.#view(id);
    for (const room of rooms) view.add(room);
    if (this.ports.effects.isMuted()) return;
    const socket = this.local(id);
    // Until a middleware has let it in, a socket's rooms are nobody's business but its own.
    if (!socket) return;
    if (this.#stored.has(id)) return this.#join(socket, rooms);
    return this.#add(socket);
  }

  override del(id: SocketId, room: Room): Promise<void> | void {
    this.sids.get(id)?.delete(room as string);
    const socket = this.local(id);
    if (!socket || this.ports.effects.isMuted()) return;
    return this.ports.effects.run("leave", async () => {
      if (!this.#stored.get(id)?.delete(room)) return;
      await this.ports.store.leave(socket.address, [room]);
    });
  }

  override delAll(id: SocketId): void {
    const rooms = this.sids.get(id);
    this.sids.delete(id);
    const socket = this.local(id);
    if (!rooms || !socket || this.ports.effects.isMuted()) return;
    void this.ports.effects.run("leave all rooms", async () => {
      const stored = this.#stored.get(id);
      this.#stored.delete(id);
      const { store } = this.ports;
      const all = [...new Set([...rooms, ...(stored ?? [])])];
      await (socket.isClosing()
        ? store.removeMemberships(socket.address, all)
        : store.removeSocket(socket.address, all));
    });
  }

  override broadcast(packet: Packet, opts: BroadcastOptions): void {
    packet.nsp = this.namespace.name;
    // Encoded before anything else can change the arguments.
    const frames = this.#encode(packet);
    if (this.ports.effects.isMuted()) return;
    const audience = { rooms: new Set<Room>(opts.rooms), except: new Set<Room>(opts.except) };
    void this.ports.effects.run("broadcast", async () => {
      const gone: GoneMember[] = [];
      const [room] = audience.rooms.size === 1 ? audience.rooms : [];
      await fanOut(this.ports.delivery, {
        pages: this.#audience(audience, opts.flags?.local === true),
        frames,
        onGone: ({ connectionId, socketId }) =>
          gone.push({
            connectionId,
            socketId,
            namespace: this.namespace.name,
            ...(room === undefined ? {} : { room }),
          }),
      });
      if (gone.length) await this.ports.lanes.gone(gone);
    });
  }

  override async sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const ids = new Set<SocketId>();
    await this.ports.effects.run("read members", async () => {
      for await (const page of this.#audience({ rooms, except: new Set() }, false)) {
        for (const member of page) ids.add(member.socketId);
      }
    });
    return ids;
  }

  #add(socket: LocalSocket): Promise<void> {
    const { address } = socket;
    const id = address.socketId;
    this.#stored.set(id, new Set());
    return this.ports.effects.run("connect", async () => {
      // Read now and not when queued: rooms that the connection handler joined at once come along.
      const rooms = new Set<Room>(this.#view(id));
      this.#stored.set(id, rooms);
      await this.ports.store.addSocket(address, { ...socket.describe(), rooms });
    });
  }

  #join({ address }: LocalSocket, rooms: ReadonlySet<Room>): Promise<void> {
    return this.ports.effects.run("join", async () => {
      const stored = this.#stored.get(address.socketId);
      const missing = [...rooms].filter((room) => !stored?.has(room));
      if (!stored || missing.length === 0) return;
      for (const room of missing) stored.add(room);
      await this.ports.store.join(address, missing);
    });
  }

  async *#audience(
    audience: { rooms: ReadonlySet<Room>; except: ReadonlySet<Room> },
    localOnly: boolean,
  ): AsyncIterable<readonly Member[]> {
    const { store } = this.ports;
    const isOwnRoom = (room: Room) => this.sids.get(room as SocketId)?.has(room as string) === true;
    for await (const page of readAudience(store, this.namespace.name, audience, isOwnRoom)) {
      yield localOnly ? page.filter(({ socketId }) => this.namespace.sockets.has(socketId)) : page;
    }
  }

  #encode(packet: Packet): (protocol: Protocol) => readonly Frame[] {
    const socketIo = encodeEngineFrames(this.namespace.server.encoder.encode(packet));
    const json = encodeJsonEvent(packet);
    return (protocol) => (protocol === "json" ? [json] : socketIo).map(createFrame);
  }

  #view(id: SocketId): Set<Room> {
    let rooms = this.sids.get(id) as Set<Room> | undefined;
    if (!rooms) {
      rooms = new Set();
      this.sids.set(id, rooms as Set<string>);
    }
    return rooms;
  }
}
