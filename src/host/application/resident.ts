import type { Server } from "socket.io";
import { defined } from "../../defined";
import type { LaneEvent } from "../../lanes/events";
import { logWarning } from "../../log";
import type {
  ApplicationLog,
  ConnectionId,
  ConnectionRecord,
  StoredApplication,
} from "../../ports";
import { existingNamespace } from "../../socketio/memory-sockets";
import { releaseConnection } from "../../socketio/release";
import { Host } from "../host";
import type { HostPorts, RestoreRequest } from "../host-ports";
import { ApplicationBatch } from "./batch";
import { Changes } from "./changes";
import { ResidentConnection } from "./connection";
import { renewRecord } from "./entries";
import type { Copy, CopyMemory } from "./memory";
import { restoreConnections } from "./restore";
import type { Routes, SendAnswer } from "./routes";
import { settle } from "./settle";
import { Wakes } from "./wakes";
import { isStorable, writeChanged } from "./written";

/** How many messages are known as handled: SQS gives the lane ten at once, and only the last ones come again. */
const MOST_HANDLED = 1000;

/** What is kept, after the last listener, for writing down what has to outlast the batch. */
const FINISH_MS = 4000;

export interface ResidentPorts extends HostPorts {
  /** See `HostPorts.restoreRequest`: it runs middlewares of that copy. */
  readonly restorerOf?: (io: Server) => RestoreRequest;
  /** Where the application answers HTTP requests: what hands them to that copy. */
  readonly routesOf?: (io: Server) => Routes;
  /** Whether timers that are due within a second keep the lane awake while clients are connected. @default false */
  readonly fastTimers?: boolean;
}

/** One copy of the application with all of its connections. It lives as long as what it holds is what is stored. */
export class Resident {
  readonly host: Host;
  #connections = new Map<ConnectionId, ResidentConnection>();
  readonly #changes = new Changes(() => this.#connections.values());
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
    this.#wakes = new Wakes(ports.lanes, entries, ports.fastTimers);
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
    for (const one of resident.#connections.values()) resident.#count(one);
    resident.#changes.look();
    resident.#changes.forget();
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
      sliceMs: this.#wakes.sliceMs(events, this.#connections.size),
    };
    const batch: ApplicationBatch = new ApplicationBatch(ports, events, deadline);
    await batch.run();
    const until = Math.max(deadline, Date.now()) + FINISH_MS;
    const all = this.#connections;
    const ended = await settle(batch, { all, changes: this.#changes, until });
    if (!batch.hasSucceeded) return false;
    // Without clients, an interval would only cost: it goes on with the next one.
    const withIntervals = this.#connections.size > ended.length;
    await this.#wakes.ask(this.#memory?.memory.nextDue(withIntervals));
    const messages = events.flatMap(({ messageId = [] }) => messageId);
    if (!(await this.#commit(ended, messages))) return false;
    // Only now: a client must not hear of what was not stored.
    await Promise.all(answers.map((send) => send()));
    await this.#tidy();
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
    if (known && !event.redelivered) return known;
    const record = await this.ports.store.load(id);
    if (record) await this.#removeUnknown(record, known);
    if (known || !record) return known;
    const own = { ...record, sockets: new Map() };
    const resident = await ResidentConnection.open(this.host.hosting, own);
    this.#connections.set(id, resident);
    this.#count(resident);
    return resident;
  }

  /** As Engine.IO's server counts: before listeners hear of an end, its connection has gone. */
  #count({ live }: ResidentConnection): void {
    const { engine } = this.host.hosting.server;
    engine.clientsCount++;
    live.connection.prependOnceListener("close", () => engine.clientsCount--);
  }

  /** A try that failed may have left sockets in the table, of which nothing is stored with the application. */
  async #removeUnknown(
    { id, protocol, sockets }: ConnectionRecord,
    known: ResidentConnection | undefined,
  ): Promise<void> {
    for (const [namespace, { id: socketId, rooms }] of sockets) {
      if (known?.live.client.nsps.get(namespace)?.id === socketId) continue;
      const address = { namespace, socketId, connectionId: id, protocol };
      await this.ports.store.removeMemberships(address, [...rooms], true);
      await this.ports.store.removeSocket(address, [...rooms]);
      // They may have been counted. The application hears of none: what the try has told it went with its copy.
      const counted = [...rooms].filter((room) => room !== socketId);
      await Promise.all(counted.map((room) => this.ports.rooms.leave(namespace, room, true)));
    }
  }

  async #commit(
    ended: readonly ResidentConnection[],
    messages: readonly string[],
  ): Promise<boolean> {
    const { set, removed, texts } = writeChanged(this.#changes.all, ended);
    const memory = this.#memory?.changes();
    for (const [id, text] of [...(memory?.set ?? []), ...this.#wakes.changes()]) set.set(id, text);
    removed.push(...(memory?.removed ?? []));
    if (set.size + removed.length > 0) {
      const changes = { set: new Map([...set].filter(isStorable)), removed, messages };
      if (!(await this.#log.commit(changes))) return false;
      this.#memory?.memory.stored();
      this.#wakes.stored();
    }
    this.#noteMessages(messages);
    for (const [resident, text] of texts) {
      resident.text = text;
      renewRecord(resident.live);
    }
    for (const { live } of ended) {
      this.#connections.delete(live.record.id);
      releaseConnection(live);
    }
    this.#changes.forget();
    return true;
  }

  #noteMessages(messages: readonly string[]): void {
    for (const message of messages) this.#handled.add(message);
    for (const oldest of this.#handled) {
      if (this.#handled.size <= MOST_HANDLED) break;
      this.#handled.delete(oldest);
    }
  }

  /** What has failed here, a later commit does: the batch itself is stored. */
  async #tidy(): Promise<void> {
    try {
      await this.#log.tidy();
    } catch (error) {
      logWarning("Cannot make room for further commits yet", { error: String(error) });
    }
  }

  #noteMoved(namespace: string, id: string): void {
    const socket = existingNamespace(this.#io, namespace)?.sockets.get(id);
    const resident =
      socket && this.#connections.get((socket.client as unknown as { id: string }).id);
    if (resident) this.#changes.add(resident);
  }
}
