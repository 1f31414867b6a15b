import { Admission } from "../adapter/admission";
import { fanOut } from "../delivery/fan-out";
import { isOver } from "../expiry";
import type { Part } from "../lanes/parts";
import { logError, logWarning } from "../log";
import type {
  Delivery,
  Frame,
  GoneMember,
  Lanes,
  Member,
  Outcome,
  Parts,
  Progress,
  Protocol,
  Sessions,
  SharedPacket,
  Store,
} from "../ports";
import { createFrame } from "../wire/frame";
import { encodeFor } from "../wire/outgoing";

/** What a worker uses. */
export interface WorkPorts {
  readonly parts: Parts;
  readonly delivery: Delivery;
  readonly sessions: Pick<Sessions, "read">;
  readonly store: Pick<Store, "forget">;
  readonly lanes: Pick<Lanes, "gone">;
}

/** Members that are sent to before the progress is noted: so many may hear a packet twice after a crash. */
const MEMBERS_A_STEP = 2000;

/** Sends one part of a broadcast. A part that was begun before goes on where its progress was noted last. */
export async function work(ports: WorkPorts, { id, part, range }: Part): Promise<void> {
  const packet = await ports.parts.packet(id);
  if (!packet) return logWarning("A broadcast was kept too long ago to be sent", { id, part });
  let progress = (await ports.parts.progress(id, part)) ?? {
    after: range.after,
    counts: { delivered: 0, gone: 0, throttled: 0, failed: 0 },
    isDone: false,
  };
  const send = createSender(ports, packet);
  while (!progress.isDone) {
    const { after } = progress;
    const { items, next } = await ports.parts.members({ ...range, after }, MEMBERS_A_STEP);
    const counts = add(progress.counts, await send(items));
    progress = { after: next ?? after, counts, isDone: next === undefined };
    await ports.parts.note(id, part, progress);
  }
}

type Counts = Progress["counts"];

function createSender(ports: WorkPorts, packet: SharedPacket) {
  const { namespace, room, parts, offset } = packet;
  const hidden = new Set(packet.hidden);
  const admission = new Admission(namespace, ports);
  const encoded = new Map<Protocol, readonly Frame[]>();
  const framesFor = (protocol: Protocol) => {
    const frames = encoded.get(protocol) ?? encodeFor(protocol, parts, offset).map(createFrame);
    encoded.set(protocol, frames);
    return frames;
  };
  return async (members: readonly Member[]): Promise<Counts> => {
    const gone: GoneMember[] = [];
    const counts = await fanOut(ports.delivery, {
      pages: only(members),
      frames: framesFor,
      admits: (member) =>
        !hidden.has(member.socketId) && !isOver(member.until) && admission.admits(member, offset),
      onGone: ({ connectionId, socketId }) => {
        const found = { connectionId, socketId, namespace };
        gone.push(room === undefined ? found : { ...found, room });
      },
    });
    // Best effort: the next broadcast finds them again.
    if (gone.length > 0) {
      await ports.lanes.gone(gone).catch((error) => {
        logError("Cannot report gone connections", error);
      });
    }
    return counts;
  };
}

async function* only<T>(page: T): AsyncIterable<T> {
  yield page;
}

function add(a: Counts, b: Counts): Counts {
  const keys = Object.keys(a) as Outcome[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Counts;
}
