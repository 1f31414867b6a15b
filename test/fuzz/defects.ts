import type { Server, Socket } from "socket.io";
import type { HostPorts } from "../../src/host/host";
import type { Delivery } from "../../src/ports";
import { SECRET } from "./app";
import { Heap } from "./heap";
import { Player } from "./player";
import type { Sequence } from "./sequence";
import type { Defects } from "./world";

/** Applications and ports that do what they should not: each oracle has to find its own. */

function listener(event: string, listen: (socket: Socket, args: unknown[]) => unknown) {
  return (io: Server) => {
    io.of("/raw").on("connection", (socket) => {
      socket.on(event, (...args: unknown[]) => listen(socket, args));
    });
  };
}

function replace<P extends keyof HostPorts>(port: P, methods: (real: HostPorts[P]) => object) {
  return (ports: HostPorts): HostPorts => {
    const real = ports[port] as object;
    const changed = Object.assign(Object.create(real), bound(real), methods(ports[port]));
    return { ...ports, [port]: changed };
  };
}

/** Methods that still belong to the real port, whose private fields they need. */
function bound(real: object): object {
  const prototype = Object.getPrototypeOf(real);
  if (prototype === Object.prototype) return {};
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
  return Object.fromEntries(
    methods.map((name) => [name, (real as Record<string, () => void>)[name]?.bind(real)]),
  );
}

function merge(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(source)) {
    const isDeep = typeof value === "object" && value !== null && typeof target[name] === "object";
    if (isDeep) merge(target[name] as never, value as never);
    else target[name] = value;
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Of the processor's time, however busy the machine is. */
function spin(ms: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user < ms * 1000);
}

/** By the oracle that has to see it. */
const DEFECTS: Readonly<Record<string, Defects>> = {
  secret: { app: listener("join", (socket) => socket.emit("all", { data: SECRET })) },
  victim: {
    app: (io) => listener("say", (_, args) => io.of("/").emit("said", ...args))(io),
  },
  liveness: { app: (io) => listener("join", () => io.of("/plain").disconnectSockets())(io) },
  rejection: {
    app: listener("join", () => void Promise.reject(new Error("left alone"))),
  },
  pollution: {
    app: listener("set", () => merge({}, JSON.parse('{"__proto__":{"polluted":1}}'))),
  },
  cost: { app: listener("later", () => spin(300)) },
  retained: {
    app: (io) =>
      void io
        .of("/raw")
        .on("connection", (socket) => setImmediate(() => socket.nsp.sockets.set("ghost", socket))),
  },
  time: {
    ports: replace("store", (store) => ({
      leave: async (...args: Parameters<typeof store.leave>) => {
        await wait(1200);
        return store.leave(...args);
      },
    })),
  },
  retry: {
    ports: replace("store", () => ({
      leave: async () => {
        throw new Error("The table is away");
      },
    })),
  },
  log: {
    ports: replace("store", (store) => ({
      load: async (id: string) => {
        if (id.startsWith("b")) throw new Error("The table is away");
        return store.load(id);
      },
    })),
  },
  leftover: { ports: replace("store", () => ({ removeMemberships: async () => {} })) },
  reply: {
    ports: replace("delivery", (delivery: Delivery) => ({
      send: (id: string, [first, ...others]: Parameters<Delivery["send"]>[1]) => {
        if (!first || !id.startsWith("a"))
          return delivery.send(id, first ? [first, ...others] : []);
        return delivery.send(id, [{ ...first, bytes: first.bytes.subarray(0, -1) }, ...others]);
      },
    })),
  },
};

/** Reaches what the defects are in, and nothing that is wrong by itself. */
const PROBE: Sequence = {
  flavour: "plain",
  openings: {
    a: { protocol: "socket.io", query: { EIO: "4" } },
    b: { protocol: "socket.io", query: { EIO: "4" } },
  },
  batches: [
    {
      frames: [
        ["a", "40/raw"],
        ["b", "40/raw"],
      ],
    },
    {
      frames: [
        ["a", '42/raw,["join","x"]'],
        ["a", '42/raw,["set","k",1]'],
        ["a", '42/raw,["later"]'],
        ["a", '42/raw,["say","x","e","hi"]'],
        ["a", '42/raw,["leave","x"]'],
        ["b", "41/raw"],
      ],
    },
  ],
};

/** The oracles that see something in a world with a defect, or without. */
async function seen(defects: Defects = {}): Promise<Set<string>> {
  const player = new Player({ defects });
  try {
    const { violations } = await player.play(PROBE);
    return new Set(violations.map(({ oracle }) => oracle));
  } finally {
    await player.close();
  }
}

function seesGrowth(): boolean {
  const heap = new Heap(40);
  const kept: number[][] = [];
  for (let played = 0; played < 20_000; played += 2000) {
    kept.push(Array.from({ length: 1_500_000 }, (_, n) => n + 0.5));
    heap.look(played);
  }
  return kept.length > 0 && heap.growth() !== undefined;
}

async function main(): Promise<number> {
  const missed = [...(await seen())].map((oracle) => `${oracle} without a defect`);
  for (const [oracle, defects] of Object.entries(DEFECTS)) {
    const found = await seen(defects);
    console.log(`${oracle}: ${[...found].join(", ")}`);
    if (!found.has(oracle)) missed.push(oracle);
  }
  if (!seesGrowth()) missed.push("heap");
  if (missed.length > 0) console.log(`Wrong: ${missed.join("; ")}`);
  return missed.length > 0 ? 1 : 0;
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.log(error);
    process.exit(2);
  },
);
