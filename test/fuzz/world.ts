import { createHash } from "node:crypto";
import type { Server } from "socket.io";
import { Host, type HostPorts } from "../../src/host/host";
import { type Consumer, handleBatch, handleFrame } from "../../src/lanes/consume";
import type { LaneEvent } from "../../src/lanes/events";
import type {
  Delivery,
  Frame,
  GoneMember,
  Lanes,
  PendingLeave,
  SocketAddress,
  Stores,
} from "../../src/ports";
import { MAX_MESSAGE_BYTES } from "../../src/ports";
import { DEFAULT_CONNECTION_LIMITS } from "../../src/settings/connection-limits";
import { createApplication, type Flavour, SECRET, type Witness } from "./app";
import { Receiver } from "./receiver";
import type { Opening } from "./sequence";

/** What is kept, whichever table keeps it. */
export interface Backing {
  readonly stores: Stores;
  /** Partition and sort key of every item. */
  keys(): Promise<readonly (readonly [string, string])[]>;
  drop(partition: string, sort: string): Promise<void>;
}

/** Enough for `handleBatch`'s own reserve, and this much for the events. */
const DEADLINE_MS = 5000 + 3000;

/** Every client may send as fast as the fuzzer can. */
const LIMITS = {
  ...DEFAULT_CONNECTION_LIMITS,
  ...{ framesPerSecond: 1e9, bytesPerSecond: 1e12, deliveriesPerSecond: 1e9 },
};

/** What a test of the oracles breaks. */
export interface Defects {
  readonly app?: (io: Server) => void;
  readonly ports?: (ports: HostPorts) => HostPorts;
}

/** A warm container: one application behind the real host, which serves every connection. */
export class FuzzWorld {
  readonly io: Server;
  readonly receivers = new Map<string, Receiver>();
  readonly closed = new Set<string>();
  /** Lane events that were not handled, which a lane would deliver again. */
  readonly unhandled: string[] = [];
  /** What no attacker may hear, and the frames in which one has. */
  secrets: readonly string[] = [];
  readonly leaks: string[] = [];
  readonly witness: Witness = { stamp: `stamp-${Math.random()}`, lawful: [] };
  readonly #consumer: Consumer;
  readonly #lanes = new Map<string, Promise<void>>();
  readonly #delayed: PendingLeave[] = [];
  #requests = 0;
  #sent = 0;

  constructor(
    readonly backing: Backing,
    readonly flavour: Flavour,
    defects: Defects = {},
  ) {
    this.io = createApplication(flavour, this.witness);
    defects.app?.(this.io);
    const { stores } = backing;
    const ports = { ...stores, limits: LIMITS, delivery: this.#delivery, lanes: this.#otherLanes };
    const host = Host.attach(this.io, defects.ports?.(ports) ?? ports);
    this.#consumer = {
      handle: async (id, events, deadline) => {
        const handled = await host.handle(id, events, deadline);
        if (handled < events.length) this.unhandled.push(`${events.length - handled} of ${id}`);
        return handled;
      },
    };
  }

  async open(id: string, { protocol, query }: Opening, headers: Record<string, string> = {}) {
    this.receivers.set(id, new Receiver(protocol));
    const handshake = { headers: { host: "h", ...headers }, query, address: "::1", url: "/prod/" };
    const record = { id, protocol, handshake, connectedAt: Date.now(), sockets: new Map() };
    await this.backing.stores.store.open(record);
    await this.events({ type: "open", connectionId: id });
  }

  /** Frames as a lane brings them; `again` after a failure. */
  frames(frames: readonly (readonly [string, string])[], again = false): Promise<void> {
    const events = frames.map(([connectionId, text]): LaneEvent => {
      const type = /^(43|\{"action":"ack")/.test(text) ? "ack" : "frame";
      const body = Buffer.from(text).toString("base64");
      return { type, connectionId, requestId: `r${this.#requests++}`, at: Date.now(), body };
    });
    return this.#run(events, again);
  }

  /** One frame as API Gateway brings it where there is no lane. */
  async frame(connectionId: string, body: string): Promise<void> {
    const requestContext = { connectionId, requestId: "r", requestTimeEpoch: Date.now() };
    const answer = await handleFrame(this.#consumer, { body, requestContext }, this.#deadline());
    if (answer.statusCode !== 200) this.unhandled.push(`status ${answer.statusCode}`);
    await this.#settleLanes();
  }

  events(...events: LaneEvent[]): Promise<void> {
    return this.#run(events, false);
  }

  async end(id: string): Promise<void> {
    const cause = { type: "disconnected", code: 1005, reason: "" } as const;
    await this.events({ type: "close", connectionId: id, cause });
  }

  /** Lets the time of the queue of delays pass. */
  async runDelayed(): Promise<void> {
    for (const { ...absence } of this.#delayed.splice(0)) {
      await this.events({ type: "absence", connectionId: `${absence.who.socketId}`, ...absence });
    }
  }

  async #run(events: readonly LaneEvent[], again: boolean): Promise<void> {
    const records = events.map((event, place) => ({
      messageId: `m${place}`,
      body: JSON.stringify(event),
      attributes: { ApproximateReceiveCount: again ? "2" : "1" },
    }));
    const { batchItemFailures } = await handleBatch(this.#consumer, records, this.#deadline());
    for (const { itemIdentifier } of batchItemFailures) this.unhandled.push(itemIdentifier);
    await this.#settleLanes();
  }

  #watch(id: string, text: string): void {
    const secret = this.secrets.find((one) => text.includes(one) && !id.includes(SECRET));
    if (secret) this.leaks.push(`${id} heard ${secret} in ${text.slice(0, 300)}`);
  }

  #deadline(): number {
    return Date.now() + DEADLINE_MS;
  }

  async #settleLanes(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all(this.#lanes.values());
  }

  /** Runs what another lane was sent, at the same time as whatever goes on. */
  #enqueue(event: LaneEvent): void {
    const { connectionId: id } = event;
    const before = this.#lanes.get(id) ?? Promise.resolve();
    const run = before.then(async () => {
      await this.#consumer.handle(id, [event], Date.now() + 3000);
      if (this.#lanes.get(id) === run) this.#lanes.delete(id);
    });
    this.#lanes.set(id, run);
  }

  readonly #otherLanes: Lanes = {
    gone: async (members: readonly GoneMember[]) => {
      for (const member of members) {
        const cause = { type: "gone", member } as const;
        this.#enqueue({ type: "close", connectionId: member.connectionId, cause });
      }
    },
    disconnect: async (sockets: readonly SocketAddress[], close: boolean) => {
      for (const { connectionId, namespace, socketId } of sockets) {
        this.#enqueue({ type: "disconnect", connectionId, namespace, socketId, close });
      }
    },
    replaced: async (connectionId: string) =>
      this.#enqueue({ type: "close", connectionId, cause: { type: "replaced" } }),
    later: async (absence: PendingLeave) => void this.#delayed.push(absence),
  };

  readonly #delivery: Delivery = {
    send: async (id: string, frames: readonly Frame[]) => {
      if (this.closed.has(id)) return "gone";
      for (const { bytes, sha256 } of frames) {
        if (bytes.byteLength > MAX_MESSAGE_BYTES) return "failed";
        const receiver = this.receivers.get(id);
        // Hashing is slow, and it is done in one place only: some are as good as all.
        const isLooked = this.#sent++ % 16 === 0;
        const isSigned = !isLooked || createHash("sha256").update(bytes).digest("hex") === sha256;
        if (!isSigned) receiver?.invalid.push("A frame whose hash is another's");
        const text = Buffer.from(bytes).toString("utf8");
        receiver?.receive(text);
        this.#watch(id, text);
      }
      return "delivered";
    },
    reachable: async (id: string) => !this.closed.has(id),
    close: async (id: string) => void this.closed.add(id),
  };
}
