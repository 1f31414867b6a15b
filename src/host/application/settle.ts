import type { EventContext } from "../../context/event-context";
import type { ConnectionId } from "../../ports";
import { refuseState } from "../../socketio/state-size";
import { cutOffExcess, cutOffUnsaved } from "../cut-off";
import { end } from "../dispatch";
import { endConnection, keepStates } from "../persist";
import { SocketStates } from "../socket-states";
import type { ApplicationBatch } from "./batch";
import type { Changes } from "./changes";
import type { ResidentConnection } from "./connection";

/** Ends may end others; a handler that ends one connection for each that ends would never stop. */
const MOST_ROUNDS = 100;

interface Settling {
  readonly all: ReadonlyMap<ConnectionId, ResidentConnection>;
  readonly changes: Changes;
  /** When to stop waiting, epoch milliseconds. */
  readonly until: number;
}

/**
 * What follows the events of a batch: clients that have to go, states that are too large, connections that have ended.
 *
 * @returns what has ended
 */
export async function settle(
  batch: ApplicationBatch,
  { all, changes, until }: Settling,
): Promise<readonly ResidentConnection[]> {
  for (const resident of batch.touched) {
    changes.add(resident);
    const { sender, handler } = resident.live;
    await sender.settle();
    if (sender.excess !== undefined)
      await batch.inContext(resident, () => cutOffExcess(resident.live), until);
    handler.commit?.();
  }
  changes.look();
  for (const resident of changes.all) await keepChanged(batch, resident, until);
  const ended = new Set<ResidentConnection>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next = [...all.values()].filter((one) => !ended.has(one) && hasEnded(one));
    if (next.length === 0) break;
    for (const resident of next) {
      ended.add(resident);
      await endOne(batch, resident, until);
    }
  }
  // The listeners of those that ended may have changed others.
  if (ended.size > 0)
    for (const resident of changes.look()) await keepChanged(batch, resident, until);
  return [...ended].filter(({ live }) => live.connection.readyState === "closed");
}

function hasEnded({ live: { connection } }: ResidentConnection): boolean {
  return connection.readyState === "closed" || connection.gone;
}

async function endOne(
  batch: ApplicationBatch,
  resident: ResidentConnection,
  until: number,
): Promise<void> {
  const { live, adapters } = resident;
  const { connection } = live;
  resident.noteAdapters();
  // A post found the client gone: its end is handled now, without waiting for the news.
  if (connection.readyState === "open")
    await batch.inContext(resident, () => end(live, { type: "gone" }), until);
  if (connection.readyState === "open") connection.gone = false;
  else {
    const close = () => endConnection(live, adapters, { unheard: false });
    const work = (context: EventContext) => void context.effect("end the connection", close);
    await batch.inContext(resident, work, until);
  }
}

/** Functions that do not run the application's events read the states from the table. */
async function keepChanged(
  batch: ApplicationBatch,
  resident: ResidentConnection,
  until: number,
): Promise<void> {
  const { live } = resident;
  if (live.connection.readyState === "closed") return;
  const states = new SocketStates(live.client, live.record.sockets.values());
  states.note();
  if (!states.isChanged) return;
  if (refuseState(live.client, live.limits))
    return batch.inContext(resident, () => void cutOffUnsaved(live), until);
  await batch.inContext(resident, (context) => keepStates(live, states, context), until);
}
