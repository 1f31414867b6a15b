import { once } from "node:events";
import { type Bench, type Line, median, type Paced, spreadOf, startProcess } from "./measure";

const MEMBERS = 50;
const SOCKETS = 1000;
const MESSAGES = 200;
const ROUNDS: Paced<number> = { full: 7, quick: 3, smoke: 1 };

interface Taken {
  readonly cpuUs: number;
  readonly ms: number;
}

/** What one lane for the whole application costs and can do, against a lane for each connection. */
export const application: Bench = {
  name: "application",
  about: `ordering "application": a chat of ${MEMBERS} with a user list, and ${SOCKETS} sockets restored`,
  async run({ pace }) {
    const rounds = ROUNDS[pace];
    const connection = await measure("connection", MEMBERS, 10, MESSAGES, rounds);
    const single = await measure("application", MEMBERS, 1, MESSAGES, rounds);
    const ours = await measure("application", MEMBERS, 10, MESSAGES, rounds);
    const sockets = pace === "smoke" ? 50 : SOCKETS;
    const restored = await measure("application", sockets, 1, "restore", rounds);
    const perEvent = (taken: readonly Taken[]) => taken.map(({ cpuUs }) => cpuUs / MESSAGES);
    const rates = ours.map(({ ms }) => (MESSAGES * 1000) / ms);
    return [
      cpuLine(
        "application-cpu-per-event",
        perEvent(ours),
        perEvent(connection),
        "ten events a batch",
      ),
      cpuLine(
        "application-cpu-of-single-events",
        perEvent(single),
        perEvent(connection),
        "one event a batch",
      ),
      {
        name: "application-events-per-second",
        ...{ unit: "events/s", value: median(rates), spread: spreadOf(rates) },
        note: `through one lane, each to ${MEMBERS} members; posts and table answer at once`,
      },
      {
        name: "application-restore",
        ...{ unit: "ms", value: median(restored.map(({ ms }) => ms)) },
        spread: spreadOf(restored.map(({ ms }) => ms)),
        note: `${sockets} sockets with data and a room, in a copy that has seen no event`,
      },
    ];
  },
};

function cpuLine(name: string, ours: number[], theirs: number[], what: string): Line {
  const [value, baseline] = [median(ours), median(theirs)];
  const note = `CPU for each event, ${what}, against a lane for each connection`;
  return {
    name,
    unit: "µs",
    value,
    baseline,
    ratio: value / baseline,
    spread: spreadOf(ours),
    note,
  };
}

async function measure(
  ordering: "connection" | "application",
  members: number,
  batch: number,
  what: number | "restore",
  rounds: number,
): Promise<Taken[]> {
  const sink = await startProcess("sink.js", "tls", "0");
  const table = await startProcess("table-server.js");
  const args = [table.port, sink.port, ordering, members, batch].map(String);
  const lane = await startProcess("application-lane.js", ...args);
  try {
    const found: Taken[] = [];
    for (let round = -2; round < rounds; round++) {
      lane.process.send(what);
      const [taken] = (await once(lane.process, "message")) as [Taken];
      if (round >= 0) found.push(taken);
    }
    return found;
  } finally {
    for (const { process } of [lane, table, sink]) process.kill();
  }
}
