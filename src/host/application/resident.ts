import type { Server } from "socket.io";
import type { LaneEvent } from "../../lanes/events";
import { logError } from "../../log";
import {
  type ApplicationLog,
  type ConnectionId,
  MAX_ENTRY_BYTES,
  type StoredApplication,
} from "../../ports";
import { glanceAt } from "../../socketio/describe-socket";
import { releaseConnection } from "../../socketio/release";
import { refuseState } from "../../socketio/state-size";
import { cutOffExcess, cutOffUnsaved } from "../cut-off";
import { end } from "../dispatch";
import { Host, type HostPorts } from "../host";
import { endConnection, keepStates } from "../persist";
import { SocketStates } from "../socket-states";
import { ApplicationBatch } from "./batch";
import { ResidentConnection } from "./connection";
import { connectionId, handshakeId, renewRecord, writeConnection, writeHandshake } from "./entries";
import { restoreConnections } from "./restore";

/** What is kept, after the last listener, for writing down what has to outlast the batch. */
const FINISH_MS = 4000;
/** Ends may end others; a handler that ends one connection for each that ends would never stop. */
const MOST_ROUNDS = 100;

/** One copy of the application with all of its connections. It lives as long as what it holds is what is stored. */
export class Resident {
  readonly host: Host;
  #connections = new Map<ConnectionId, ResidentConnection>();
  /** Connections whose entries may be others now, besides those with events. */
  readonly #dirty = new Set<ResidentConnection>();
  readonly #glances = new WeakMap<object, string | undefined>();
  readonly #log: ApplicationLog;
  readonly #handled: Set<string>;

  private constructor(
    private readonly io: Server,
    private readonly ports: HostPorts,
    { log, messages }: StoredApplication,
  ) {
    this.#log = log;
    this.#handled = new Set(messages);
    const resident = (namespace: string, id: string) => this.#noteMoved(namespace, id);
    this.host = Host.attach(io, { ...ports, resident });
  }

  /** @param io a copy of the application that has seen no event */
  static async restore(
    io: Server,
    ports: HostPorts,
    stored: StoredApplication,
    deadline: number,
  ): Promise<Resident> {
    const resident = new Resident(io, ports, stored);
    const { hosting } = resident.host;
    resident.#connections = await restoreConnections(hosting, stored, deadline);
    hosting.server.engine.clientsCount = resident.#connections.size;
    for (const { live } of resident.#connections.values()) resident.#glance(live.client.sockets);
    resident.#dirty.clear();
    return resident;
  }

  /** Whether it holds what is stored. */
  isCurrent(): Promise<boolean> {
    return this.#log.isCurrent();
  }

  /** Whether the events of a message are in what is stored. */
  hasHandled({ messageId }: LaneEvent): boolean {
    return messageId !== undefined && this.#handled.has(messageId);
  }

  /** Handles events and stores what they have changed. `false` if they have to come again, to another copy. */
  async run(events: readonly LaneEvent[], deadline: number): Promise<boolean> {
    const ports = {
      find: (event: LaneEvent) => this.#find(event),
      pass: (event: LaneEvent) => this.host.handleWithoutConnection([event]),
    };
    const batch = new ApplicationBatch(ports, events, deadline);
    await batch.run();
    const until = Math.max(deadline, Date.now()) + FINISH_MS;
    const ended = await this.#settle(batch, until);
    if (!batch.hasSucceeded) return false;
    const messages = events.flatMap(({ messageId = [] }) => messageId);
    return this.#commit(batch, ended, messages);
  }

  /** Takes all connections out of the process: nothing of this copy reaches a client from here on. */
  release(): void {
    for (const { live } of this.#connections.values()) releaseConnection(live);
    this.#connections.clear();
  }

  async #find({ connectionId: id }: LaneEvent): Promise<ResidentConnection | undefined> {
    const known = this.#connections.get(id);
    if (known) return known;
    const record = await this.ports.store.load(id);
    if (!record) return undefined;
    // A try that failed may have left sockets there, of which nothing is known here.
    for (const [namespace, { id: socketId, rooms }] of record.sockets) {
      const address = { namespace, socketId, connectionId: id, protocol: record.protocol };
      await this.ports.store.removeMemberships(address, [...rooms], true);
      await this.ports.store.removeSocket(address, [...rooms]);
    }
    const resident = new ResidentConnection(this.host.hosting, { ...record, sockets: new Map() });
    this.#connections.set(id, resident);
    this.host.hosting.server.engine.clientsCount = this.#connections.size;
    return resident;
  }

  /** What follows the events: clients that have to go, states that are too large, ends. @returns what has ended */
  async #settle(batch: ApplicationBatch, until: number): Promise<ResidentConnection[]> {
    for (const resident of batch.touched) {
      const { live } = resident;
      await live.sender.settle();
      if (live.sender.excess !== undefined)
        await batch.inContext(resident, () => cutOffExcess(live), until);
      live.handler.commit?.();
    }
    for (const resident of this.#changed(batch)) await this.#keepStates(batch, resident, until);
    const ended = new Set<ResidentConnection>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const gone = [...this.#connections.values()].filter(
        (one) => !ended.has(one) && hasEnded(one),
      );
      if (gone.length === 0) break;
      for (const resident of gone) {
        ended.add(resident);
        await this.#end(batch, resident, until);
      }
    }
    return [...ended].filter(({ live }) => live.connection.readyState === "closed");
  }

  async #end(batch: ApplicationBatch, resident: ResidentConnection, until: number): Promise<void> {
    const { live, adapters } = resident;
    resident.noteAdapters();
    // A post found the client gone: its end is handled now, without waiting for the news.
    if (live.connection.readyState === "open")
      await batch.inContext(resident, () => end(live, { type: "gone" }), until);
    if (live.connection.readyState === "open") {
      live.connection.gone = false;
      return;
    }
    const close = () => endConnection(live, adapters, { unheard: false });
    const work = (context: { effect(label: string, run: () => Promise<void>): unknown }) =>
      void context.effect("end the connection", close);
    await batch.inContext(resident, work, until);
  }

  /** Functions that do not run the application read the states from the table. */
  async #keepStates(batch: ApplicationBatch, resident: ResidentConnection, until: number) {
    const { live } = resident;
    if (live.connection.readyState === "closed") return;
    const states = new SocketStates(live.client, live.record.sockets.values());
    states.note();
    if (!states.isChanged) return;
    if (refuseState(live.client, live.limits))
      return batch.inContext(resident, () => void cutOffUnsaved(live), until);
    await batch.inContext(resident, (context) => keepStates(live, states, context), until);
  }

  /** Connections whose entries may be others now. */
  #changed(batch: ApplicationBatch): Set<ResidentConnection> {
    for (const resident of this.#connections.values())
      if (this.#glance(resident.live.client.sockets)) this.#dirty.add(resident);
    return new Set([...batch.touched, ...this.#dirty]);
  }

  /** Looks at sockets; whether the application has changed what it keeps on one of them since the last look. */
  #glance(sockets: ReadonlyMap<string, object>): boolean {
    let isChanged = false;
    for (const socket of sockets.values()) {
      const text = glanceAt(socket as never);
      if (text === undefined || text !== this.#glances.get(socket)) isChanged = true;
      this.#glances.set(socket, text);
    }
    return isChanged;
  }

  async #commit(
    batch: ApplicationBatch,
    ended: readonly ResidentConnection[],
    messages: readonly string[],
  ): Promise<boolean> {
    const set = new Map<string, string>();
    const removed: string[] = [];
    for (const resident of ended) {
      const { id } = resident.live.record;
      // One that came and went in this batch was never stored.
      if (resident.text !== undefined) removed.push(connectionId(id), handshakeId(id));
    }
    const written = new Map<ResidentConnection, string>();
    for (const resident of this.#changed(batch)) {
      if (ended.includes(resident)) continue;
      const { record } = resident.live;
      const text = writeConnection(resident.live);
      if (text === resident.text) continue;
      if (resident.text === undefined)
        set.set(handshakeId(record.id), writeHandshake(record.handshake));
      set.set(connectionId(record.id), text);
      written.set(resident, text);
    }
    if (set.size + removed.length > 0) {
      const changes = { set: new Map([...set].filter(isStorable)), removed, messages };
      if (!(await this.#log.commit(changes))) return false;
      await this.#log.tidy();
    }
    for (const message of messages) this.#handled.add(message);
    for (const [resident, text] of written) {
      resident.text = text;
      renewRecord(resident.live);
    }
    for (const { live } of ended) {
      this.#connections.delete(live.record.id);
      releaseConnection(live);
    }
    this.host.hosting.server.engine.clientsCount = this.#connections.size;
    this.#dirty.clear();
    return true;
  }

  #noteMoved(namespace: string, id: string): void {
    const socket = this.io._nsps.get(namespace)?.sockets.get(id);
    const resident =
      socket && this.#connections.get((socket.client as unknown as { id: string }).id);
    if (resident) this.#dirty.add(resident);
  }
}

function hasEnded({ live: { connection } }: ResidentConnection): boolean {
  return connection.readyState === "closed" || connection.gone;
}

function isStorable([id, text]: readonly [string, string]): boolean {
  const bytes = text.length > MAX_ENTRY_BYTES / 3 ? Buffer.byteLength(text) : 0;
  if (bytes <= MAX_ENTRY_BYTES) return true;
  const error = new RangeError(`Expected at most ${MAX_ENTRY_BYTES} bytes, got ${bytes}`);
  logError(`Cannot keep ${id}: another container will have what it was before`, error);
  return false;
}
