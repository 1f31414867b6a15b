import type { Server } from "socket.io";
import { defined } from "../../defined";
import type { LaneEvent } from "../../lanes/events";
import { logError } from "../../log";
import {
  type ApplicationLog,
  type ConnectionId,
  MAX_ENTRY_BYTES,
  type StoredApplication,
} from "../../ports";
import { glanceAt } from "../../socketio/describe-socket";
import { existingNamespace } from "../../socketio/memory-sockets";
import { releaseConnection } from "../../socketio/release";
import { Host } from "../host";
import type { HostPorts, RestoreRequest } from "../host-ports";
import { ApplicationBatch } from "./batch";
import { ResidentConnection } from "./connection";
import { connectionId, handshakeId, renewRecord, writeConnection, writeHandshake } from "./entries";
import type { Copy, CopyMemory } from "./memory";
import { restoreConnections } from "./restore";
import type { Routes, SendAnswer } from "./routes";
import { settle } from "./settle";
import { Wakes } from "./wakes";

/** What is kept, after the last listener, for writing down what has to outlast the batch. */
const FINISH_MS = 4000;

export interface ResidentPorts extends HostPorts {
  /** See `HostPorts.restoreRequest`: it runs middlewares of that copy. */
  readonly restorerOf?: (io: Server) => RestoreRequest;
  /** Where the application answers HTTP requests: what hands them to that copy. */
  readonly routesOf?: (io: Server) => Routes;
}

/** One copy of the application with all of its connections. It lives as long as what it holds is what is stored. */
export class Resident {
  readonly host: Host;
  #connections = new Map<ConnectionId, ResidentConnection>();
  /** Connections whose entries may be others now, besides those with events. */
  readonly #dirty = new Set<ResidentConnection>();
  readonly #glances = new WeakMap<object, string | undefined>();
  readonly #log: ApplicationLog;
  readonly #handled: Set<string>;

  readonly #io: Server;
  readonly #memory: CopyMemory | undefined;
  readonly #wakes: Wakes;
  readonly #routes: Routes | undefined;

  private constructor(
    { io, memory }: Copy,
    private readonly ports: ResidentPorts,
    { log, messages, entries }: StoredApplication,
  ) {
    this.#io = io;
    this.#memory = memory;
    this.#wakes = new Wakes(ports.lanes, entries);
    this.#log = log;
    this.#handled = new Set(messages);
    const resident = (namespace: string, id: string) => this.#noteMoved(namespace, id);
    const restoreRequest = ports.restorerOf?.(io);
    this.#routes = ports.routesOf?.(io);
    this.host = Host.attach(io, { ...ports, resident, ...defined({ restoreRequest }) });
  }

  /** @param copy of the application, one that has seen no event */
  static async restore(
    copy: Copy,
    ports: ResidentPorts,
    stored: StoredApplication,
    deadline: number,
  ): Promise<Resident> {
    const resident = new Resident(copy, ports, stored);
    const { hosting } = resident.host;
    resident.#connections = await restoreConnections(hosting, stored, deadline);
    hosting.server.engine.clientsCount = resident.#connections.size;
    for (const { live } of resident.#connections.values()) resident.#glance(live.client.sockets);
    resident.#dirty.clear();
    copy.memory?.restore(stored.entries);
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

  /** Call for an event that came again although what it changed is stored. */
  async noteHandled(event: LaneEvent): Promise<void> {
    if (event.type === "request") await this.#routes?.lost(event);
  }

  /** Handles events and stores what they have changed. `false` if they have to come again, to another copy. */
  async run(events: readonly LaneEvent[], deadline: number): Promise<boolean> {
    const answers: SendAnswer[] = [];
    const ports = {
      find: (event: LaneEvent) => this.#find(event),
      pass: (event: LaneEvent) => this.#pass(event, batch, answers),
      timers: this.#memory?.memory,
    };
    const batch: ApplicationBatch = new ApplicationBatch(ports, events, deadline);
    await batch.run();
    const until = Math.max(deadline, Date.now()) + FINISH_MS;
    const all = this.#connections;
    const changed = () => this.#changed(batch);
    const ended = await settle(batch, { all, changed, until });
    if (!batch.hasSucceeded) return false;
    // Without clients, an interval would only cost: it goes on with the next one.
    const withIntervals = this.#connections.size > ended.length;
    await this.#wakes.ask(this.#memory?.memory.nextDue(withIntervals));
    const messages = events.flatMap(({ messageId = [] }) => messageId);
    if (!(await this.#commit(batch, ended, messages))) return false;
    // Only now: a client must not hear of what was not stored.
    await Promise.all(answers.map((send) => send()));
    return true;
  }

  /** Takes all connections out of the process: nothing of this copy reaches a client from here on. */
  release(): void {
    for (const { live } of this.#connections.values()) releaseConnection(live);
    this.#connections.clear();
  }

  async #pass(event: LaneEvent, batch: ApplicationBatch, answers: SendAnswer[]): Promise<unknown> {
    if (event.type === "wake") return this.#wakes.note(event.at);
    if (event.type === "request") return this.#routes?.run(event, batch, answers);
    return this.host.handleWithoutConnection([event]);
  }

  async #find(event: LaneEvent): Promise<ResidentConnection | undefined> {
    if (event.type === "wake" || event.type === "request") return undefined;
    const { connectionId: id } = event;
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
    const own = { ...record, sockets: new Map() };
    const resident = await ResidentConnection.open(this.host.hosting, own);
    this.#connections.set(id, resident);
    this.host.hosting.server.engine.clientsCount = this.#connections.size;
    return resident;
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
    const memory = this.#memory?.changes();
    for (const [id, text] of [...(memory?.set ?? []), ...this.#wakes.changes()]) set.set(id, text);
    removed.push(...(memory?.removed ?? []));
    if (set.size + removed.length > 0) {
      const changes = { set: new Map([...set].filter(isStorable)), removed, messages };
      if (!(await this.#log.commit(changes))) return false;
      this.#memory?.memory.stored();
      this.#wakes.stored();
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
    const socket = existingNamespace(this.#io, namespace)?.sockets.get(id);
    const resident =
      socket && this.#connections.get((socket.client as unknown as { id: string }).id);
    if (resident) this.#dirty.add(resident);
  }
}

function isStorable([id, text]: readonly [string, string]): boolean {
  const bytes = text.length > MAX_ENTRY_BYTES / 3 ? Buffer.byteLength(text) : 0;
  if (bytes <= MAX_ENTRY_BYTES) return true;
  const error = new RangeError(`Expected at most ${MAX_ENTRY_BYTES} bytes, got ${bytes}`);
  logError(`Cannot keep ${id}: another container will have what it was before`, error);
  return false;
}
