import type { BroadcastOptions } from "socket.io-adapter";
import { defined } from "../defined";
import { logDebug, logWarning } from "../log";
import { measure } from "../metrics";
import type { ConnectionId, Member, Room, SharedPacket, SocketId } from "../ports";
import type { Receipt } from "../receipt";
import { type Packet, PacketType } from "../wire/packet";
import { type Audience, exceptedIds, readAudience } from "./audience";
import { BroadcastLog } from "./broadcast-log";
import { charged } from "./charged";
import type { AdapterContext } from "./context";
import { deliver } from "./deliver";
import { measure as measureRoom } from "./large-rooms";
import { Outgoing } from "./outgoing";
import type { OwnSockets } from "./own-sockets";
import { RecoveryFilter } from "./recovery-filter";

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
  /** Those who were in it when the broadcast was asked for, where that is known. */
  readonly members: readonly Member[] | undefined;
  readonly options: Options;
  readonly onMember?: (member: Member) => void;
}

/** Sends packets to every socket of an audience, whichever function served it last. */
export class Broadcasts {
  /** There while the application has connection state recovery on. */
  readonly filter: RecoveryFilter | undefined;
  readonly #log: BroadcastLog | undefined;

  constructor(
    private readonly context: AdapterContext,
    private readonly own: OwnSockets,
  ) {
    const { namespace, ports, recoveryLimits } = context;
    if (!recoveryLimits) return;
    this.filter = new RecoveryFilter(namespace.name, ports);
    this.#log = new BroadcastLog(namespace.name, ports, recoveryLimits.keepMs);
  }

  send(packet: Packet, options: Options): void {
    const outgoing = this.#encode(packet, options);
    if (this.context.ports.effects.isMuted()) return;
    void this.#send(outgoing, options);
  }

  /** Sends a packet as part of a running effect. */
  async sendNow(packet: Packet, options: Options): Promise<Receipt> {
    const outgoing = this.#encode(packet, options);
    const audience = copyAudience(options);
    return this.#deliver(outgoing, { audience, options, members: this.present(audience) });
  }

  /** Who is in an audience now, where this process holds every socket. */
  present(audience: Audience): readonly Member[] | undefined {
    return this.context.resident?.members(audience);
  }

  /** Broadcasts and tells what became of it. */
  publish(packet: Packet, options: Options): Promise<Receipt> {
    return this.context.queue.run("publish", () => this.sendNow(packet, options));
  }

  sendWithAck(
    packet: Packet,
    options: Options,
    onClientCount: (count: number) => void,
    onAck: (value: unknown) => void,
  ): void {
    const { namespace, ports } = this.context;
    const ackId = ports.nextAckId();
    packet.id = ackId;
    const outgoing = this.#encode(packet, options);
    // A replay asks no client, so it waits for no ack.
    if (ports.effects.isMuted()) return onClientCount(0);
    // The operator's own timer began with the call; without a timeout it gives up at once.
    const { timeout = 1, onAsked } = options.flags as AckFlags;
    const deadline = Date.now() + timeout;
    const asked = new Set<ConnectionId>();
    const sent = this.#send(outgoing, options, (member) => asked.add(member.connectionId));
    const settle = () => {
      onClientCount(asked.size);
      onAsked?.(asked.size);
      const hand = (_: ConnectionId, [value]: readonly unknown[]) => onAck(value);
      const about = { namespace: namespace.name, ackId, from: asked, deadline };
      ports.acks.collect({ ...about, onAck: hand });
    };
    sent.then(settle, () => onAsked?.(undefined));
  }

  /** The members of an audience. One whose session is still being restored is not connected yet. */
  async *pages(
    audience: Audience,
    { flags, members }: Pick<Options, "flags"> & Partial<Pick<Job, "members">>,
    isMeant = ({ recoveryMark }: Member) => !recoveryMark || recoveryMark.until !== undefined,
  ): AsyncIterable<readonly Member[]> {
    const { namespace, ports } = this.context;
    const read = members
      ? [members]
      : readAudience(ports.store, namespace.name, audience, this.#isOwnRoom);
    for await (const page of read) {
      const meant = page.every(isMeant) ? page : page.filter(isMeant);
      yield flags?.local ? meant.filter((member) => this.own.get(member)) : meant;
    }
  }

  /** As in Socket.IO, what waits for an answer and what may get lost is not kept for later. */
  #encode(packet: Packet, { flags }: Options): Outgoing {
    packet.nsp = this.context.namespace.name;
    const isLogged =
      this.#log !== undefined &&
      packet.type === PacketType.EVENT &&
      packet.id === undefined &&
      flags?.volatile === undefined;
    return new Outgoing(packet, this.context.namespace.server.encoder, isLogged);
  }

  #send(
    outgoing: Outgoing,
    options: Options,
    onMember?: (member: Member) => void,
  ): Promise<unknown> {
    const audience = copyAudience(options);
    const members = this.present(audience);
    this.own.forEach(audience, (socket) => socket.notifyOutgoingListeners(outgoing.packet));
    return this.context.queue.run("broadcast", () =>
      this.#deliver(outgoing, { audience, members, options, ...(onMember && { onMember }) }),
    );
  }

  async #deliver(outgoing: Outgoing, job: Job): Promise<Receipt> {
    const started = performance.now();
    // What a client is sent of its own is not refused for what others were sent.
    if (!this.#isOwn(job.audience)) this.context.ports.effects.sender()?.admit();
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
    const { store, workers, effects } = this.context.ports;
    const { name: namespace } = this.context.namespace;
    const sender = effects.sender();
    const pages = this.pages(audience, { ...options, members: job.members }, isMeant);
    // Who is asked for an ack is waited for here, and a union is made one only by who sees it whole.
    const isDivisible = audience.rooms.size <= 1 && !job.onMember && !options.flags?.local;
    if (!workers || !isDivisible) {
      return this.#deliverHere(outgoing, job, charged(pages, outgoing, sender));
    }
    const found = await measureRoom(pages, audience, { namespace, store, workers });
    if (!found.isLarge) {
      return this.#deliverHere(outgoing, job, charged(found.pages, outgoing, sender));
    }
    await sender?.charge(found.members, outgoing.bytes, true);
    const packet = await this.#share(outgoing, audience);
    return workers.send(packet, found.members, this.context.ports.effects.deadline());
  }

  readonly #isOwnRoom = (room: Room) => this.context.sids.get(room as SocketId)?.has(room) === true;

  #isOwn({ rooms }: Audience): boolean {
    const isCurrent = (room: Room) => this.context.local(room as SocketId)?.isCurrent() === true;
    return rooms.size === 1 && [...rooms].every((room) => this.#isOwnRoom(room) && isCurrent(room));
  }

  async #share({ encoded, offset }: Outgoing, { rooms, except }: Audience): Promise<SharedPacket> {
    const { name: namespace } = this.context.namespace;
    const [room] = rooms;
    const hidden = await exceptedIds(this.context.ports.store, namespace, except, this.#isOwnRoom);
    return {
      ...{ namespace, encoded, hidden: [...hidden] },
      ...defined({ room, offset }),
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
    const receipt = await deliver(this.context.ports, {
      ...{ namespace: this.context.namespace.name, room, pages },
      frames: (protocol) => outgoing.frames(this.context.ports.protocols.get(protocol)),
      admits: (member) => {
        onMember(member);
        return this.filter?.admits(member, outgoing.offset) ?? true;
      },
    });
    if (receipt.delivered > 0) this.#log?.end(outgoing, audience);
    return receipt;
  }

  #note(receipt: Receipt, { rooms }: Audience): void {
    const { throttled, failed } = receipt;
    const about = () => ({ namespace: this.context.namespace.name, rooms: [...rooms], ...receipt });
    if (throttled + failed > 0) logWarning("A broadcast did not reach everyone", about());
    else logDebug("A broadcast was sent", about);
  }
}

/** Operators are immutable, but their sets are shared; what is read later must be ours. */
export function copyAudience({ rooms, except }: Options): Audience {
  return { rooms: new Set(rooms), except: new Set(except) };
}
