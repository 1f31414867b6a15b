import type { ConnectionId, Member, Page, SocketId } from "../../ports";
import type { RawPageOptions } from "./key-ranges";
import { protocolOf } from "./protocol-attribute";
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
    const there = items.filter(isThere);
    if (there.length > 0) yield there.map(readMember);
    after = next;
  } while (after !== undefined);
}

/** Some of them, or of those in a range of ids, in the order of their ids. */
export async function readMemberPage(
  table: Table,
  partition: string,
  page: RawPageOptions,
): Promise<Page<Member>> {
  const { items, ...rest } = await table.rawPage(partition, page);
  return { items: items.filter(isThere).map(readMember), ...rest };
}

/** DynamoDB deletes what has expired within days; until then it is no member any more. */
function isThere({ e }: RawItem): boolean {
  return e?.N === undefined || Number(e.N) * 1000 > Date.now();
}

function readMember({ s, c, t, u, w, y }: RawItem): Member {
  return {
    socketId: s?.S as SocketId,
    connectionId: c?.S as ConnectionId,
    protocol: protocolOf(t?.S),
    // One for each of up to 100,000 members: an object less.
    ...(u?.N === undefined ? {} : { until: Number(u.N) }),
    ...(w?.S === undefined
      ? {}
      : { recoveryMark: { sessionId: w.S, ...(y?.S ? { until: y.S } : {}) } }),
  };
}
