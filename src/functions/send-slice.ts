import { deliver } from "../adapter/deliver";
import { RecoveryFilter } from "../adapter/recovery-filter";
import type { Slice } from "../lanes/slices";
import { logWarning } from "../log";
import type {
  Delivery,
  FanOutJobs,
  Frame,
  Lanes,
  Member,
  ProtocolId,
  Sessions,
  SharedPacket,
} from "../ports";
import { BROADCASTS } from "../protocols/broadcasts";
import type { Lookup } from "../protocols/lookup";
import type { BroadcastEncoder } from "../protocols/protocol";
import { addReceipts, NOBODY_YET, type Receipt } from "../receipt";
import { createFrame } from "../wire/frame";

/** What a worker uses. */
export interface SlicePorts {
  readonly fanOutJobs: FanOutJobs;
  readonly delivery: Delivery;
  readonly sessions: Pick<Sessions, "read">;
  readonly lanes: Pick<Lanes, "gone">;
  /** @default - Socket.IO and JSON actions */
  readonly protocols?: Pick<Lookup<BroadcastEncoder>, "get">;
}

/** Members that are sent to before the progress is noted: so many may hear a packet twice after a crash. */
const MEMBERS_A_STEP = 2000;

/** Sends one slice of a broadcast. A slice that was begun before goes on where its progress was noted last. */
export async function sendSlice(ports: SlicePorts, { id, part, range }: Slice): Promise<void> {
  const packet = await ports.fanOutJobs.packet(id);
  if (!packet) return logWarning("A broadcast was kept too long ago to be sent", { id, part });
  let progress = (await ports.fanOutJobs.progress(id, part)) ?? {
    after: range.after,
    counts: NOBODY_YET,
    isDone: false,
  };
  const send = createSender(ports, packet);
  while (!progress.isDone) {
    const { after } = progress;
    const { items, next } = await ports.fanOutJobs.members({ ...range, after }, MEMBERS_A_STEP);
    const counts = addReceipts(progress.counts, await send(items));
    progress = { after: next ?? after, counts, isDone: next === undefined };
    await ports.fanOutJobs.note(id, part, progress);
  }
}

function createSender(ports: SlicePorts, packet: SharedPacket) {
  const { namespace, room, encoded, offset } = packet;
  const hidden = new Set(packet.hidden);
  const filter = new RecoveryFilter(namespace, ports);
  const known = new Map<ProtocolId, readonly Frame[]>();
  const { protocols = BROADCASTS } = ports;
  const frames = (id: ProtocolId) => {
    const encode = () => protocols.get(id).encodeBroadcast(encoded, offset).map(createFrame);
    const frames = known.get(id) ?? encode();
    known.set(id, frames);
    return frames;
  };
  return (members: readonly Member[]): Promise<Receipt> =>
    deliver(ports, {
      ...{ namespace, room, frames, pages: only(members) },
      admits: (member) => !hidden.has(member.socketId) && filter.admits(member, offset),
    });
}

async function* only<T>(page: T): AsyncIterable<T> {
  yield page;
}
