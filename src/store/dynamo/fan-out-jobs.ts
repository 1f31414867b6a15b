import { defined, nonEmpty } from "../../defined";
import type {
  FanOutJobs,
  Member,
  Page,
  Progress,
  Range,
  SharedPacket,
  SocketId,
} from "../../ports";
import { decodeRoom, encodeRoom } from "../room-key";
import { Keys } from "./attributes";
import { expiryIn, type Item } from "./item";
import { cut, slicesFor } from "./key-space";
import { type Key, namespacePartitions, roomPartition } from "./keys";
import { readMemberPage } from "./members";
import { Prefix } from "./prefixes";
import type { Table } from "./table";

/** Longer than a part is tried again. */
const KEEP_MS = 24 * 60 * 60 * 1000;
/** The item of the packet; parts have numbers. */
const PACKET = "p";

/**
 * Broadcasts that many invocations send, one partition each. The packet: `n` namespace, `r` room, `f`
 * text, `b` attachments, `o` offset, `x` hidden ids. A part, under its number: `n` up to which id, `c` counts,
 * `z` done. `e` expiry (epoch seconds).
 */
export class DynamoFanOutJobs implements FanOutJobs {
  constructor(private readonly table: Table) {}

  cut(
    { namespace, room }: Pick<SharedPacket, "namespace" | "room">,
    members: number,
    most: number,
  ): readonly Range[] {
    const partitions =
      room === undefined ? namespacePartitions(namespace) : [roomPartition(namespace, room)];
    const slices = cut(slicesFor(members / partitions.length, most));
    return partitions.flatMap((partition) => slices.map((slice) => ({ partition, ...slice })));
  }

  async keep(id: string, packet: SharedPacket): Promise<void> {
    const { namespace, room, encoded, offset, hidden } = packet;
    const [text, ...attachments] = encoded;
    await this.table.put({
      ...keyOf(id, PACKET),
      n: namespace,
      ...defined({ r: room === undefined ? undefined : encodeRoom(room) }),
      f: text,
      ...defined({ b: nonEmpty(attachments), o: offset, x: nonEmpty(hidden) }),
      [Keys.expiry]: expiryIn(KEEP_MS),
    });
  }

  async packet(id: string): Promise<SharedPacket | undefined> {
    const item = await this.table.get(keyOf(id, PACKET));
    if (!item) return undefined;
    const attachments = ((item.b ?? []) as Uint8Array[]).map((bytes) => Buffer.from(bytes));
    return {
      namespace: item.n as string,
      ...defined({ room: item.r === undefined ? undefined : decodeRoom(item.r as string) }),
      encoded: [item.f as string, ...attachments],
      ...defined({ offset: item.o === undefined ? undefined : (item.o as string) }),
      hidden: (item.x ?? []) as SocketId[],
    };
  }

  members({ partition, after, to }: Range, limit: number): Promise<Page<Member>> {
    return readMemberPage(this.table, partition, { after, to, limit });
  }

  async note(id: string, part: number, { after, counts, isDone }: Progress): Promise<void> {
    const item = { ...keyOf(id, String(part)), n: after, c: counts, z: isDone };
    await this.table.put({ ...item, [Keys.expiry]: expiryIn(KEEP_MS) });
  }

  async progress(id: string, part: number): Promise<Progress | undefined> {
    const item = await this.table.get(keyOf(id, String(part)));
    return item && readProgress(item);
  }

  async progresses(id: string): Promise<readonly Progress[]> {
    const found: Progress[] = [];
    for await (const page of this.table.pages(partitionOf(id), (item) => item)) {
      found.push(...page.filter(({ s }) => s !== PACKET).map(readProgress));
    }
    return found;
  }
}

function readProgress({ n, c, z }: Item): Progress {
  return { after: n as string, counts: c as Progress["counts"], isDone: z as boolean };
}

function keyOf(id: string, s: string): Key {
  return { p: partitionOf(id), s };
}

function partitionOf(id: string): string {
  return Prefix.broadcast + id;
}
