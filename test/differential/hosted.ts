import * as socketIo from "socket.io";
import { startMemory } from "../../src/durable";
import type { LaneEvent } from "../../src/lanes/events";
import type { Memory } from "../../src/ports";
import { World } from "../support/world";
import type { StandingClock } from "./clock";
import { evaluate, forgetApplication } from "./evaluate";
import type { Fresh, Incoming, Program, Side } from "./language";

const replaces: Record<Fresh, (batch: number) => boolean> = {
  every: () => true,
  some: (batch) => (batch * 7) % 5 < 2,
  none: () => false,
};

/** More than any program asks for: the clock stands still while one runs. */
const LIMITS = { framesPerSecond: 1e6, deliveriesPerSecond: 1e6, bytesPerSecond: 1e9 };

/** The compiled application behind this project's host, in containers that come and go. */
export async function startHosted(
  compiled: string,
  clock: StandingClock,
  { fresh, late = false }: Pick<Program, "fresh" | "late">,
): Promise<Side> {
  const moments: number[] = [];
  const complaints: string[] = [];
  let memory: Memory | undefined;
  const world = await World.start(() => evaluate(compiled, socketIo, globalThis));
  world.limits = LIMITS;
  world.startMemory = (host) => {
    forgetApplication();
    memory = startMemory(host);
    return memory;
  };
  const handled = new Set<string>();
  const listening = listenForComplaints(complaints);
  let batches = 0;
  let requests = 0;
  const handle = async (events: LaneEvent[]) => {
    world.residence = replaces[fresh](batches++) ? "fresh" : "warm";
    const handling = world.handle("application", events);
    // What clients answer meanwhile comes to the same container.
    world.residence = "warm";
    const done = await handling;
    if (done !== events.length) complaints.push(`handled ${done} of ${events.length} events`);
  };
  const eventOf = async (one: Incoming): Promise<LaneEvent> => {
    const { id: connectionId, type } = one;
    if (type === "close") {
      const cause = { type: "disconnected", code: 1005, reason: "" } as const;
      return { type, connectionId, cause };
    }
    if (type === "open") {
      await openConnection(world, connectionId);
      return { type, connectionId };
    }
    const body = Buffer.from(one.text).toString("base64");
    return { type, connectionId, body, requestId: `r${requests++}`, at: clock.now };
  };
  const side: Side = {
    ...{ complaints, moments },
    answerTo: () => undefined,
    async receive(incoming) {
      const events: LaneEvent[] = [];
      for (const one of incoming) events.push(await eventOf(one));
      await handle(events);
    },
    async pass(ms) {
      const end = clock.now + ms;
      for (;;) {
        const due = memory?.nextDue();
        if (due === undefined || due > end) break;
        const at = wakeFor(world, Math.max(clock.now, due));
        // Without a message, no container runs.
        if (at === undefined || (late && at > end)) break;
        world.wakes.splice(
          world.wakes.findIndex((wake) => wake.at === at),
          1,
        );
        clock.now = Math.max(clock.now, late ? at : due);
        moments.push(clock.now);
        await handle([{ type: "wake", connectionId: "application", at }]);
      }
      clock.now = end;
    },
    take() {
      const sent = new Map(world.sent);
      world.sent.clear();
      for (const id of world.gone) {
        if (!handled.has(id)) sent.set(id, [...(sent.get(id) ?? []), "(closed)"]);
        handled.add(id);
      }
      return sent;
    },
    async close() {
      listening.stop();
      await world.close();
    },
  };
  world.beforeSend = async (id, frame) => {
    const answer = side.answerTo(id, frame);
    if (answer !== undefined) setImmediate(() => void world.acks(id, answer));
  };
  return side;
}

function openConnection(world: World, id: string): Promise<unknown> {
  return world.table.store.open({
    ...{ id, protocol: "socket.io", connectedAt: Date.now(), sockets: new Map() },
    handshake: {
      ...{ headers: {}, address: "203.0.113.7", url: "/prod/" },
      query: { EIO: "4", transport: "websocket" },
    },
  });
}

/** The message that comes for a timer, at most a second after it is due: its delay counts in whole seconds. */
function wakeFor({ wakes }: World, due: number): number | undefined {
  return wakes.find(({ at }) => at <= due + 1000)?.at;
}

/** What the product logs is of what the clients would not see. */
function listenForComplaints(complaints: string[]): { stop(): void } {
  const { warn, error } = console;
  const note = (line: unknown) => void complaints.push(JSON.stringify(line));
  console.warn = note;
  console.error = note;
  return { stop: () => void Object.assign(console, { warn, error }) };
}
