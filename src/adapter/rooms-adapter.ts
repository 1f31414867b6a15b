import type { BroadcastOptions } from "socket.io-adapter";
import { fanOut, type Receipt } from "../delivery/fan-out";
import { logError, logWarning } from "../log";
import type {
  Acks,
  Answer,
  ConnectionId,
  Frame,
  GoneMember,
  Member,
  Protocol,
  Room,
  SocketAddress,
  SocketId,
  Store,
} from "../ports";
import { encodeEngineFrames } from "../wire/engine-io";
import { createFrame } from "../wire/frame";
import { encodeJsonEvent } from "../wire/json-messages";
import type { Packet } from "../wire/packet";
import { type Audience, readAudience } from "./audience";
import { type AdapterSocket, MembershipAdapter } from "./membership-adapter";
import { describeRemote, type RemoteSocketDetails } from "./remote-socket";

type Options = Pick<BroadcastOptions, "flags"> & {
  readonly rooms: Set<Room>;
  readonly except?: Set<Room>;
};

/** How many sockets a utility method acts on at a time. */
const CONCURRENCY = 25;

/**
 * Socket.IO's adapter for the whole deployment: broadcasts, acks and utility methods reach every
 * socket of the namespace, whichever function served it last.
 */
export class RoomsAdapter extends MembershipAdapter {
  override broadcast(packet: Packet, options: BroadcastOptions): void {
    packet.nsp = this.namespace.name;
    // Encoded before anything else can change the arguments.
    const frames = this.#encode(packet);
    if (this.ports.effects.isMuted()) return;
    void this.#send(packet, frames, options as Options);
  }

  override broadcastWithAck(
    packet: Packet,
    options: BroadcastOptions,
    onClientCount: (count: number) => void,
    onAck: (value: unknown) => void,
  ): void {
    packet.nsp = this.namespace.name;
    const ackId = this.namespace._ids++;
    packet.id = ackId;
    const frames = this.#encode(packet);
    // In a replay nobody is asked, so nobody is waited for.
    if (this.ports.effects.isMuted()) return onClientCount(0);
    // The operator's own timer began with the call; without a timeout it gives up at once.
    const { timeout = 1 } = options.flags as { timeout?: number };
    const deadline = Date.now() + timeout;
    const asked = new Set<ConnectionId>();
    const sent = this.#send(packet, frames, options as Options, (member) =>
      asked.add(member.connectionId),
    );
    const settle = () => {
      onClientCount(asked.size);
      const { name: namespace } = this.namespace;
      const onAnswer = (_: ConnectionId, [value]: readonly unknown[]) => onAck(value);
      this.ports.acks.collect({ namespace, ackId, from: asked, deadline, onAnswer });
    };
    sent.then(settle, () => {});
  }

  get store(): Store {
    return this.ports.store;
  }

  /** Where answers to this namespace's events come in. */
  get acks(): Acks {
    return this.ports.acks;
  }

  /** Puts an answer that came on the connection's own lane where other invocations look. */
  keepAnswer(ackId: number, answer: Answer): void {
    const { answers, effects } = this.ports;
    void effects.run("keep an ack", () => answers.put(this.namespace.name, ackId, answer));
  }

  override async sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const members = await this.#members("read members", { rooms });
    return new Set(members.map(({ socketId }) => socketId));
  }

  override async fetchSockets(options: BroadcastOptions): Promise<never[]> {
    const members = await this.#members("fetch sockets", options as Options);
    const current = members.map((member) => this.#current(member));
    const remote = members.filter((_, index) => !current[index]);
    const connections = await this.ports.effects.run("fetch sockets", () =>
      this.ports.store.loadMany(remote.map(({ connectionId }) => connectionId)),
    );
    const details: (AdapterSocket | RemoteSocketDetails)[] = current.filter(
      (it) => it !== undefined,
    );
    for (const member of remote) {
      const description = describeRemote(member, this.namespace.name, connections);
      if (description) details.push(description);
    }
    return details as never[];
  }

  override addSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.#forEachCurrent(options as Options, (_, view) => {
      for (const room of rooms) view.add(room);
    });
    this.#forEach("join sockets", options as Options, (member) => this.joinNow(member, rooms));
  }

  override delSockets(options: BroadcastOptions, rooms: Room[]): void {
    this.#forEachCurrent(options as Options, (_, view) => {
      for (const room of rooms) view.delete(room);
    });
    this.#forEach("leave sockets", options as Options, (member) => this.leaveNow(member, rooms));
  }

  override disconnectSockets(options: BroadcastOptions, close: boolean): void {
    this.#forEachCurrent(options as Options, (socket) => socket.disconnect(close));
    this.#forEach("disconnect sockets", options as Options, async (member) => {
      // On its own lane, where its handlers run and whatever was sent before has left.
      if (!this.#current(member)) await this.ports.lanes.disconnect([member], close);
    });
  }

  #send(
    packet: Packet,
    frames: (protocol: Protocol) => readonly Frame[],
    options: Options,
    onMember: (member: Member) => void = () => {},
  ): Promise<void> {
    this.endGathering();
    const { rooms, except } = copyAudience(options);
    const [room] = rooms.size === 1 ? rooms : [];
    return this.ports.effects.run("broadcast", async () => {
      const gone: GoneMember[] = [];
      const receipt = await fanOut(this.ports.delivery, {
        pages: this.#observe(this.#pages({ rooms, except }, options), packet, onMember),
        frames,
        onGone: ({ connectionId, socketId }) => {
          const { name: namespace } = this.namespace;
          const found = { connectionId, socketId, namespace };
          gone.push(room === undefined ? found : { ...found, room });
        },
      });
      this.#note(receipt);
      // Best effort: the next broadcast finds them again.
      if (gone.length) await this.ports.lanes.gone(gone).catch(noteLost);
    });
  }

  #note({ throttled, failed }: Receipt): void {
    if (throttled + failed === 0) return;
    const { name: namespace } = this.namespace;
    logWarning("A broadcast did not reach everyone", { namespace, throttled, failed });
  }

  async *#observe(
    pages: AsyncIterable<readonly Member[]>,
    packet: Packet,
    onMember: (member: Member) => void,
  ): AsyncIterable<readonly Member[]> {
    for await (const page of pages) {
      for (const member of page) {
        onMember(member);
        this.#current(member)?.notifyOutgoingListeners(packet);
      }
      yield page;
    }
  }

  /** All members of an audience at once, for what needs them together. */
  #members(label: string, options: Options): Promise<Member[]> {
    this.endGathering();
    const audience = copyAudience(options);
    return this.ports.effects.run(label, async () => {
      const members: Member[] = [];
      for await (const page of this.#pages(audience, options)) members.push(...page);
      return members;
    });
  }

  /**
   * Acts at once, as Socket.IO does, on the running connection's own sockets in an audience: what the
   * listener does next finds them so.
   */
  #forEachCurrent(options: Options, act: (socket: AdapterSocket, view: Set<Room>) => void): void {
    if (this.ports.effects.isMuted()) return;
    const { rooms, except } = copyAudience(options);
    for (const [id, socket] of [...this.namespace.sockets]) {
      const view = this.sids.get(id) as Set<Room> | undefined;
      if (!view || !this.local(id)?.isCurrent()) continue;
      const isIn = (room: Room) => view.has(room);
      const isMeant = rooms.size === 0 || [...rooms].some(isIn);
      if (isMeant && ![...except].some(isIn)) act(socket, view);
    }
  }

  /** Acts on the members of an audience, a page at a time, as one effect. */
  #forEach(label: string, options: Options, act: (member: SocketAddress) => Promise<void>): void {
    if (this.ports.effects.isMuted()) return;
    this.endGathering();
    const audience = copyAudience(options);
    const { name: namespace } = this.namespace;
    void this.ports.effects.run(label, async () => {
      for await (const page of this.#pages(audience, options)) {
        for (let start = 0; start < page.length; start += CONCURRENCY) {
          const members = page.slice(start, start + CONCURRENCY);
          await Promise.all(members.map((member) => act({ namespace, ...member })));
        }
      }
    });
  }

  /** The socket itself, if the running event belongs to it. */
  #current({ socketId }: Member): AdapterSocket | undefined {
    if (!this.local(socketId)?.isCurrent()) return undefined;
    return this.namespace.sockets.get(socketId);
  }

  async *#pages(audience: Audience, { flags }: Options): AsyncIterable<readonly Member[]> {
    const { store } = this.ports;
    const isOwnRoom = (room: Room) => this.sids.get(room as SocketId)?.has(room as string) === true;
    for await (const page of readAudience(store, this.namespace.name, audience, isOwnRoom)) {
      yield flags?.local ? page.filter((member) => this.#current(member)) : page;
    }
  }

  #encode(packet: Packet): (protocol: Protocol) => readonly Frame[] {
    const socketIo = encodeEngineFrames(this.namespace.server.encoder.encode(packet));
    const json = encodeJsonEvent(packet);
    return (protocol) => (protocol === "json" ? [json] : socketIo).map(createFrame);
  }
}

function noteLost(error: unknown): void {
  logError("Cannot report gone connections", error);
}

/** Operators are immutable, but their sets are shared; what is read later must be ours. */
function copyAudience({ rooms, except }: Options): Audience {
  return { rooms: new Set(rooms), except: new Set(except) };
}
