import type { BroadcastOptions } from "socket.io-adapter";
import { logDebug, logWarning } from "../log";
import { measure } from "../metrics";
import type { ConnectionId, Member, Room, SharedPacket, SocketId } from "../ports";
import type { Receipt } from "../receipt";
import { sessionIdOf } from "../session-id";
import { type Packet, PacketType } from "../wire/packet";
import { Admission } from "./admission";
import { type Audience, exceptedIds, readAudience } from "./audience";
import { BroadcastLog } from "./broadcast-log";
import { charged } from "./charged";
import type { AdapterSocket } from "./contract";
import { deliver } from "./deliver";
import { measure as measureRoom } from "./large-rooms";
import { MembershipAdapter } from "./membership-adapter";
import { Outgoing } from "./outgoing";

export type Options = Pick<BroadcastOptions, "flags"> & {
  readonly rooms: Set<Room>;
  readonly except?: Set<Room>;
};

/** What an operator says of a broadcast with an ack. */
export interface AckFlags {
  readonly timeout?: number;
  /** Called once it is known how many clients were asked; without a number if that failed. */
  readonly onAsked?: (count: number | undefined) => void;
}

interface Job {
  readonly audience: Audience;
  readonly options: Options;
  readonly onMember?: (member: Member) => void;
}

/** Sends packets to every socket of an audience, whichever function served it last. */
export class BroadcastAdapter extends MembershipAdapter {
  /** There while the application has connection state recovery on. */
  readonly #log =
    this.recovery && new BroadcastLog(this.namespace.name, this.ports, this.recovery.limits.keepMs);

  protected readonly admission = this.recovery && new Admission(this.namespace.name, this.ports);

  readonly #isOwnRoom = (room: Room) =>
    this.sids.get(room as SocketId)?.has(room as string) === true;

  /** Whether the function that was restoring a session died before its socket was complete. */
  async isBeingRestored(pid: string): Promise<boolean> {
    const session = await this.ports.sessions.read(this.namespace.name, sessionIdOf(pid));
    return session?.state === "restoring";
  }

  override broadcast(packet: Packet, options: BroadcastOptions): void {
    const outgoing = this.#encode(packet, options as Options);
    if (this.ports.effects.isMuted()) return;
    void this.#send(outgoing, options as Options);
  }

  /** Sends a packet as part of a running effect. */
  async broadcastNow(packet: Packet, options: BroadcastOptions): Promise<Receipt> {
    const outgoing = this.#encode(packet, options as Options);
    const audience = copyAudience(options as Options);
    return this.#deliver(outgoing, { audience, options: options as Options });
  }

  /** Broadcasts and tells what became of it. */
  publish(packet: Packet, options: BroadcastOptions): Promise<Receipt> {
    this.endGathering();
    return this.ports.effects.run("publish", () => this.broadcastNow(packet, options));
  }

  override broadcastWithAck(
    packet: Packet,
    options: BroadcastOptions,
    onClientCount: (count: number) => void,
    onAck: (value: unknown) => void,
  ): void {
    const ackId = this.ports.nextAckId();
    packet.id = ackId;
    const outgoing = this.#encode(packet, options as Options);
    // A replay asks no client, so it waits for no ack.
    if (this.ports.effects.isMuted()) return onClientCount(0);
    // The operator's own timer began with the call; without a timeout it gives up at once.
    const { timeout = 1, onAsked } = options.flags as AckFlags;
    const deadline = Date.now() + timeout;
    const asked = new Set<ConnectionId>();
    const sent = this.#send(outgoing, options as Options, (member) =>
      asked.add(member.connectionId),
    );
    const settle = () => {
      onClientCount(asked.size);
      onAsked?.(asked.size);
      const { name: namespace } = this.namespace;
      const onAnswer = (_: ConnectionId, [value]: readonly unknown[]) => onAck(value);
      this.ports.acks.collect({ namespace, ackId, from: asked, deadline, onAnswer });
    };
    sent.then(settle, () => onAsked?.(undefined));
  }

  /**
   * Acts at once, as Socket.IO does, on the running connection's own sockets in an audience: what the
   * listener does next finds them so.
   */
  protected forEachCurrent(
    options: Options,
    act: (socket: AdapterSocket, view: Set<Room>) => void,
  ): void {
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

  /** The running connection's own sockets, by their ids. */
  protected currentSockets(): ReadonlyMap<SocketId, AdapterSocket> {
    const all = [...this.namespace.sockets];
    return new Map(all.filter(([id]) => this.local(id)?.isCurrent()));
  }

  /** The socket itself, if the running event belongs to it. */
  protected current({ socketId }: Member): AdapterSocket | undefined {
    if (!this.local(socketId)?.isCurrent()) return undefined;
    return this.namespace.sockets.get(socketId);
  }

  /** The members of an audience. One whose session is still being restored is not connected yet. */
  protected async *pages(
    audience: Audience,
    { flags }: Options,
    isMeant = ({ replayed }: Member) => !replayed || replayed.until !== undefined,
  ): AsyncIterable<readonly Member[]> {
    const { store } = this.ports;
    for await (const page of readAudience(store, this.namespace.name, audience, this.#isOwnRoom)) {
      const meant = page.every(isMeant) ? page : page.filter(isMeant);
      yield flags?.local ? meant.filter((member) => this.current(member)) : meant;
    }
  }

  /** As in Socket.IO, what waits for an answer and what may get lost is not kept for later. */
  #encode(packet: Packet, { flags }: Options): Outgoing {
    packet.nsp = this.namespace.name;
    const isLogged =
      this.#log !== undefined &&
      packet.type === PacketType.EVENT &&
      packet.id === undefined &&
      flags?.volatile === undefined;
    return new Outgoing(packet, this.namespace.server.encoder, isLogged);
  }

  #send(
    outgoing: Outgoing,
    options: Options,
    onMember?: (member: Member) => void,
  ): Promise<unknown> {
    this.forEachCurrent(options, (socket) => socket.notifyOutgoingListeners(outgoing.packet));
    this.endGathering();
    const audience = copyAudience(options);
    return this.ports.effects.run("broadcast", () =>
      this.#deliver(outgoing, { audience, options, ...(onMember && { onMember }) }),
    );
  }

  async #deliver(outgoing: Outgoing, job: Job): Promise<Receipt> {
    const started = performance.now();
    // What a client is sent of its own is not refused for what others were sent.
    if (!this.#isOwn(job.audience)) this.ports.effects.sender()?.admit();
    if (outgoing.isLogged) await this.#log?.begin(outgoing, job.audience);
    const receipt = await this.#deliverAll(outgoing, job);
    measure("FanOutTime", Math.round(performance.now() - started));
    this.#note(receipt, job.audience);
    return receipt;
  }

  /** By this invocation alone, or by others too where the audience turns out to be large. */
  async #deliverAll(outgoing: Outgoing, job: Job): Promise<Receipt> {
    const { audience, options } = job;
    const isMeant = outgoing.isLogged ? () => true : undefined;
    const { workers, effects } = this.ports;
    const sender = effects.sender();
    const pages = this.pages(audience, options, isMeant);
    // Who is asked for an ack is waited for here, and a union is made one only by who sees it whole.
    const isDivisible = audience.rooms.size <= 1 && !job.onMember && !options.flags?.local;
    if (!workers || !isDivisible) {
      return this.#deliverHere(outgoing, job, charged(pages, outgoing, sender));
    }
    const found = await measureRoom(pages, audience, workers);
    if (!found.isLarge) {
      return this.#deliverHere(outgoing, job, charged(found.pages, outgoing, sender));
    }
    await sender?.charge(found.members, outgoing.bytes, true);
    const packet = await this.#share(outgoing, audience);
    return workers.send(packet, found.members, this.ports.effects.deadline());
  }

  #isOwn({ rooms }: Audience): boolean {
    return rooms.size === 1 && [...rooms].every(this.#isOwnRoom);
  }

  async #share({ parts, offset }: Outgoing, { rooms, except }: Audience): Promise<SharedPacket> {
    const { name: namespace } = this.namespace;
    const [room] = rooms;
    const hidden = await exceptedIds(this.ports.store, namespace, except, this.#isOwnRoom);
    return {
      ...{ namespace, parts, hidden: [...hidden] },
      ...(room === undefined ? {} : { room }),
      ...(offset === undefined ? {} : { offset }),
    };
  }

  /**
   * When it was over is noted here only. Workers send for seconds or minutes: of a client that has seen their
   * packet last, it could not be told what has reached it since they began, and twice is better than never.
   */
  async #deliverHere(
    outgoing: Outgoing,
    { audience, onMember = () => {} }: Job,
    pages: AsyncIterable<readonly Member[]>,
  ): Promise<Receipt> {
    const [room] = audience.rooms.size === 1 ? audience.rooms : [];
    const receipt = await deliver(this.ports, {
      ...{ namespace: this.namespace.name, room, pages },
      frames: (protocol) => outgoing.frames(protocol),
      admits: (member) => {
        onMember(member);
        return this.admission?.admits(member, outgoing.offset) ?? true;
      },
    });
    if (receipt.delivered > 0) this.#log?.end(outgoing, audience);
    return receipt;
  }

  #note(receipt: Receipt, { rooms }: Audience): void {
    const { throttled, failed } = receipt;
    const about = () => ({ namespace: this.namespace.name, rooms: [...rooms], ...receipt });
    if (throttled + failed > 0) logWarning("A broadcast did not reach everyone", about());
    else logDebug("A broadcast was sent", about);
  }
}

/** Operators are immutable, but their sets are shared; what is read later must be ours. */
export function copyAudience({ rooms, except }: Options): Audience {
  return { rooms: new Set(rooms), except: new Set(except) };
}
