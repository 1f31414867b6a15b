import type { ConnectionId, GoneMember, Member, Page, PageOptions, Room } from "../../ports";
import { Doubt } from "./doubt";
import type { Item } from "./item";
import { estimateSize, NAMESPACE_SHARDS } from "./key-space";
import { membershipKey, namespaceKey, namespacePartitions, roomPartition } from "./keys";
import { readMemberPage, readMembers } from "./members";
import type { Table } from "./table";

/** Who is in which room, as broadcasts find it. */
export class MemberStore {
  constructor(protected readonly table: Table) {}

  async forget(member: GoneMember): Promise<boolean> {
    const { namespace, room, socketId, connectionId } = member;
    const key =
      room === undefined
        ? namespaceKey(namespace, socketId)
        : membershipKey(namespace, room, socketId);
    const doubt = new Doubt();
    // A session that was recovered since is a member under the same key, over another connection.
    const isForgotten = await this.table.remove(key, isOf(connectionId), doubt.raise);
    return isForgotten || doubt.isRaised;
  }

  members(namespace: string, room: Room): AsyncIterable<readonly Member[]> {
    return readMembers(this.table, roomPartition(namespace, room));
  }

  memberPage(namespace: string, room: Room, page: PageOptions): Promise<Page<Member>> {
    return readMemberPage(this.table, roomPartition(namespace, room), page);
  }

  /** Socket ids are random, so how far a page reaches tells how many there are: see `key-space.ts`. */
  estimate(_: string, room: Room | undefined, first: readonly Member[]): number {
    const last = first.at(-1)?.socketId ?? "";
    return estimateSize(first.length, last) * (room === undefined ? NAMESPACE_SHARDS : 1);
  }

  async *everyone(namespace: string): AsyncIterable<readonly Member[]> {
    for (const partition of namespacePartitions(namespace)) {
      yield* readMembers(this.table, partition);
    }
  }
}

/** On condition that a membership is that of a connection. */
export function isOf(connectionId: ConnectionId): Item {
  return { ConditionExpression: "c = :c", ExpressionAttributeValues: { ":c": connectionId } };
}
