import type { Member, Page, PageOptions, Room, SocketId } from "../ports";
import type { Broadcasts, Options } from "./broadcasts";
import { copyAudience } from "./broadcasts";
import type { AdapterContext } from "./context";
import type { AdapterSocket } from "./contract";
import type { OwnSockets } from "./own-sockets";
import { describeRemote, inOrder, type RemoteSocketDetails } from "./remote-socket";

/** Reads who is in the rooms of a namespace, in the whole deployment. */
export class Members {
  constructor(
    private readonly context: AdapterContext,
    private readonly own: OwnSockets,
    private readonly broadcasts: Pick<Broadcasts, "pages">,
  ) {}

  /** The ids of an audience's sockets. */
  ids(options: Options): Promise<Set<SocketId>> {
    const audience = copyAudience(options);
    const { resident } = this.context;
    if (resident) return Promise.resolve(new Set(resident.ids(audience)));
    return this.context.queue.run("read members", async () => {
      const ids = new Set<SocketId>();
      for await (const page of this.broadcasts.pages(audience, options)) {
        for (const { socketId } of page) ids.add(socketId);
      }
      return ids;
    });
  }

  /** Some of a room's members, in the order of their ids: one read, however large the room is. */
  page(room: Room, page: PageOptions): Promise<Page<SocketId>> {
    const { queue, ports, namespace } = this.context;
    return queue.run("read members", async () => {
      const { items, ...rest } = await ports.store.memberPage(namespace.name, room, page);
      return { items: items.map(({ socketId }) => socketId), ...rest };
    });
  }

  /** How many members each room has, without the sockets' own rooms: one small item for each. */
  counts(): Promise<Map<Room, number>> {
    const { queue, ports, namespace, resident } = this.context;
    if (resident) return Promise.resolve(resident.counts());
    return queue.run("count rooms", async () => {
      const counts = new Map<Room, number>();
      for await (const page of ports.rooms.list(namespace.name)) {
        for (const { room, members } of page) counts.set(room, members);
      }
      return counts;
    });
  }

  /** How many members one room has: one small read. */
  count(room: Room): Promise<number> {
    const { queue, ports, namespace } = this.context;
    return queue.run("count a room", () => ports.rooms.count(namespace.name, room));
  }

  /**
   * In the order in which the sockets connected. The caller's own are those that are there now: one that
   * is about to go is still one of them, as in Socket.IO.
   */
  fetch(options: Options): Promise<(AdapterSocket | RemoteSocketDetails)[]> {
    const own = this.own.all();
    const { resident } = this.context;
    if (resident) {
      const ids = resident.ids(copyAudience(options));
      return Promise.resolve(ids.map((id) => own.get(id)).filter((it) => it !== undefined));
    }
    const { flags } = options;
    const audience = copyAudience(options);
    const { queue, ports, namespace } = this.context;
    return queue.run("fetch sockets", async () => {
      const members: Member[] = [];
      for await (const page of this.broadcasts.pages(audience, {})) {
        members.push(...page.filter(({ socketId }) => !flags?.local || own.has(socketId)));
      }
      const remote = members.filter(({ socketId }) => !own.has(socketId));
      const connections = await ports.store.loadMany(
        remote.map(({ connectionId }) => connectionId),
      );
      const found = members.map(
        (member) => own.get(member.socketId) ?? describeRemote(member, namespace.name, connections),
      );
      return inOrder(found.filter((it) => it !== undefined));
    });
  }
}
