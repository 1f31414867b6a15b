import type { Server } from "socket.io";
import { type Cost, Meter } from "../test/costs/meter";
import { worldOnTable } from "../test/support/table-world";
import type { World } from "../test/support/world";
import type { Bench, Line } from "./measure";

/**
 * What a hostile client's frames cost in the table, by DynamoDB's own measure (dynalite's `ConsumedCapacity`): each
 * attack makes the connection as fat as its limits allow, then sends batches of ten small frames.
 */

/** SQS gives a batch of one lane at most ten messages. */
const BATCH = 10;
/** A client within its limits: `framesPerSecond`. */
const BATCHES_PER_SECOND = 10;

const KB = 1024;

export interface Attack {
  readonly name: string;
  readonly about: string;
  /** Makes the connection `a=` fat. */
  prepare(world: World): Promise<unknown>;
  /** The texts of a batch. */
  batch(n: number): readonly string[];
}

const event = (...parts: unknown[]) => `42${JSON.stringify(parts)}`;
const ten = (frame: (n: number) => string) => Array.from({ length: BATCH }, (_, n) => frame(n));
const keep = (bytes: number) => (world: World) => world.frames("a=", event("keep", bytes));

async function join(world: World, count: number, length: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await world.frames("a=", event("join", String(n).padStart(length, "r")));
  }
}

const PLACEHOLDERS = Array.from({ length: 10 }, (_, num) => ({ _placeholder: true, num }));
/** A packet of ten attachments, which is what the default parser takes, and four of them. */
const BEGIN = [
  `4510-${JSON.stringify(["nothing", ...PLACEHOLDERS])}`,
  ...Array<string>(4).fill(`b${"A".repeat(30_000)}`),
];

export const attacks: readonly Attack[] = [
  {
    name: "small-state",
    about: "small frames of an ordinary connection",
    prepare: keep(100),
    batch: () => ten(() => event("nothing")),
  },
  {
    name: "large-state",
    about: "small frames of a connection with 300 KB of socket.data",
    prepare: keep(300 * KB),
    batch: () => ten(() => event("nothing")),
  },
  {
    name: "rooms",
    about: "a room joined or left by each frame, beside 300 KB of socket.data and 60 KB of rooms",
    async prepare(world) {
      await keep(300 * KB)(world);
      await join(world, 60, 1000);
    },
    batch: () => ten((n) => event(n % 2 ? "leave" : "join", "another")),
  },
  {
    name: "unfinished-packet",
    about: "six batches of one small attachment behind one of 120 KB of them",
    prepare: async () => {},
    batch: (n) => (n % 7 === 0 ? BEGIN : ["bAQID"]),
  },
];

export const hostileState: Bench = {
  name: "hostile-state",
  about: "what a batch of ten small frames of a fat connection costs in the table",
  async run({ pace, log }) {
    const batches = { full: 21, quick: 7, smoke: 1 }[pace];
    const lines: Line[] = [];
    for (const attack of attacks) {
      const costs = await play(attack, batches);
      const [small] = lines;
      const units = mean(costs.map(({ writeUnits }) => writeUnits));
      const reads = mean(costs.map(({ readUnits }) => readUnits));
      const requests = mean(costs.map((cost) => countOf(cost)));
      log(`${attack.about}: ${costs.at(-1)?.requests.join(", ")}`);
      const perSecond = Math.round(units * BATCHES_PER_SECOND);
      lines.push({
        name: `hostile-state-${attack.name}`,
        unit: "write units a batch",
        value: units,
        ...(small && { baseline: small.value, ratio: units / small.value }),
        note: `${attack.about}: ${reads.toFixed(1)} read units and ${requests.toFixed(1)} requests a batch; ${perSecond} write units a second of the 1,000 of a partition`,
      });
    }
    return lines;
  },
};

/** What each of some batches costs, once what is large has found its place. */
export async function play(attack: Attack, batches: number): Promise<Cost[]> {
  const world = await worldOnTable(application);
  // The rate is not what is measured.
  world.limits = { burstSeconds: 1e6 };
  const meter = new Meter(world);
  await world.connect("a=");
  await attack.prepare(world);
  const costs: Cost[] = [];
  // The first one moves what has become large.
  for (let n = 0; n <= batches; n++) {
    const cost = await meter.of(() => world.frames("a=", ...attack.batch(n)));
    if (n > 0) costs.push(cost);
  }
  await world.close();
  return costs;
}

function application(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("keep", (bytes) => {
      socket.data.text = "x".repeat(bytes);
    });
    socket.on("join", (room) => void socket.join(room));
    socket.on("leave", (room) => void socket.leave(room));
    socket.on("nothing", () => {});
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function countOf({ requests }: Cost): number {
  return requests.reduce((sum, text) => sum + Number.parseInt(text, 10), 0);
}
