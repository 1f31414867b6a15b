import type { Member, Order, Room, RoomMove, SocketAddress } from "../ports";
import type { Audience } from "./audience";
import { type Broadcasts, copyAudience, type Options } from "./broadcasts";
import type { AdapterContext } from "./context";
import type { Memberships } from "./memberships";
import { keepOrder } from "./orders";
import type { OwnSockets } from "./own-sockets";

type SocketMember = SocketAddress & Member;
type Action = (member: SocketMember) => Promise<void>;

interface Steps {
  /** Walks through the members, with what is to be done before and after. */
  readonly run?: (walk: () => Promise<void>) => Promise<void>;
  /** Which members it acts on. @default - those that are connected: not a session that is still being restored */
  readonly isMeant?: (member: Member) => boolean;
}

interface Parts {
  readonly own: OwnSockets;
  readonly memberships: Pick<Memberships, "joinNow" | "leaveNow" | "counter">;
  readonly broadcasts: Pick<Broadcasts, "pages" | "present" | "filter">;
}

/** An audience with the flags of its operator. */
type Targets = Audience &
  Pick<Options, "flags"> & { readonly members: readonly Member[] | undefined };

function targetsOf(options: Options, broadcasts: Parts["broadcasts"]): Targets {
  const { flags } = options;
  const audience = copyAudience(options);
  // Before anything happens to them.
  return { ...audience, ...(flags && { flags }), members: broadcasts.present(audience) };
}

/** How many sockets a utility method acts on at a time. */
const CONCURRENCY = 25;

/** Socket.IO's utility methods, which act on every socket of an audience, wherever it lives. */
export class MemberActions {
  constructor(
    private readonly context: AdapterContext,
    private readonly parts: Parts,
  ) {}

  join(options: Options, rooms: readonly Room[]): void {
    const { own, memberships } = this.parts;
    const targets = targetsOf(options, this.parts.broadcasts);
    own.forEach(targets, (_, view) => {
      for (const room of rooms) view.add(room);
    });
    this.#forEach("join sockets", targets, async (member) => {
      await memberships.joinNow(member, rooms);
      await this.#tell(member, { join: rooms });
    });
  }

  leave(options: Options, rooms: readonly Room[]): void {
    const { own, memberships, broadcasts } = this.parts;
    const targets = targetsOf(options, this.parts.broadcasts);
    own.forEach(targets, (_, view) => {
      for (const room of rooms) view.delete(room);
    });
    this.#order("leave sockets", targets, { leave: rooms }, async (member) => {
      // Its rooms are written when it is restored; until then they can only be waited for.
      const isOwn = member.connectionId === this.context.ports.effects.connection()?.id;
      if (!isOwn) await broadcasts.filter?.settled(member);
      await memberships.leaveNow(member, rooms);
      await this.#tell(member, { leave: rooms });
    });
  }

  disconnect(options: Options, close: boolean): void {
    const { own } = this.parts;
    const targets = targetsOf(options, this.parts.broadcasts);
    own.forEach(targets, (socket) => socket.disconnect(close));
    this.#order("disconnect sockets", targets, {}, async (member) => {
      // On its own lane, where its handlers run and whatever was sent before has left.
      if (!own.get(member) && !targets.members)
        await this.context.ports.lanes.disconnect([member], close);
    });
  }

  /** A process that holds every socket does not look into the table. */
  async #tell(member: SocketMember, change: RoomMove): Promise<void> {
    const { resident, ports } = this.context;
    if (!resident) await ports.lanes.moved?.(member, change);
  }

  /** Acts on the members of an audience, and on the sessions of members that are away when they come back. */
  #order(label: string, targets: Targets, order: Pick<Order, "leave">, act: Action): void {
    const { namespace, ports, recoveryLimits } = this.context;
    const { rooms, except, flags } = targets;
    const keep = async () => {
      if (!recoveryLimits || flags?.local) return;
      const { keepMs } = recoveryLimits;
      await keepOrder(ports.orders, namespace.name, { rooms, except, ...order }, keepMs);
    };
    const run = async (walk: () => Promise<void>) => {
      await keep();
      await walk();
      // Those that an earlier run has taken out are members no more, and it may not have counted them.
      if (ports.effects.isRepeated()) {
        await this.parts.memberships.counter.recount(order.leave ?? []);
      }
    };
    this.#forEach(label, targets, act, { run, isMeant: () => true });
  }

  /** Acts on the members of an audience, a page at a time, as one effect. */
  #forEach(
    label: string,
    targets: Targets,
    act: Action,
    { run = (walk) => walk(), isMeant }: Steps = {},
  ): void {
    const { ports, queue } = this.context;
    if (ports.effects.isMuted()) return;
    const { name: namespace } = this.context.namespace;
    const walk = async () => {
      for await (const page of this.parts.broadcasts.pages(targets, targets, isMeant)) {
        for (let start = 0; start < page.length; start += CONCURRENCY) {
          const members = page.slice(start, start + CONCURRENCY);
          await Promise.all(members.map((member) => act({ namespace, ...member })));
        }
      }
    };
    void queue.run(label, () => run(walk));
  }
}
