import type { ConnectionId, Member, Page, PageOptions, Range, SocketId } from "../ports";
import { protocolOf } from "./items";
import type { RawItem, Table } from "./table";

/** Reading who is in a room. A broadcast reads thousands, so it is done without detours. */

/** The members in a partition, up to 1 MB of them at a time. */
export async function* readMembers(
  table: Table,
  partition: string,
): AsyncIterable<readonly Member[]> {
  let after: string | undefined;
  do {
    const { items, next } = await table.rawPage(partition, { after });
    if (items.length > 0) yield items.map(readMember);
    after = next;
  } while (after !== undefined);
}

/** Some of them, in the order of their ids. */
export async function readMemberPage(
  table: Table,
  partition: string,
  page: PageOptions,
): Promise<Page<Member>> {
  const { items, ...rest } = await table.rawPage(partition, page);
  return { items: items.map(readMember), ...rest };
}

/** Those in a range of ids. */
export async function readMemberRange(
  table: Table,
  { partition, after, to }: Range,
  limit: number,
): Promise<Page<Member>> {
  const { items, ...rest } = await table.rawPage(partition, { after, to, limit });
  return { items: items.map(readMember), ...rest };
}

function readMember({ s, c, t, u, w, y }: RawItem): Member {
  return {
    socketId: s?.S as SocketId,
    connectionId: c?.S as ConnectionId,
    protocol: protocolOf(t?.S),
    ...(u?.N === undefined ? {} : { until: Number(u.N) }),
    ...(w?.S === undefined ? {} : { replayed: { pid: w.S, ...(y?.S ? { until: y.S } : {}) } }),
  };
}
