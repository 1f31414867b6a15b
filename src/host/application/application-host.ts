import type { LaneEvent } from "../../lanes/events";
import { logInfo } from "../../log";
import type { ApplicationStore, ConnectionId } from "../../ports";
import { traced } from "../../tracing";
import type { Copy } from "./memory";
import { Resident, type ResidentPorts } from "./resident";
import { countKept } from "./stored-memory";

export interface ApplicationPorts extends ResidentPorts {
  readonly application: ApplicationStore;
}

/** Makes a copy of the application that has seen no event. */
export type MakeCopy = () => Promise<Copy>;

/**
 * Runs an application as one process would: the events of all connections come in one order, and everything that it holds
 * in memory stays between batches. A batch is whole or not at all: what it has changed is stored when all has succeeded;
 * if not, this copy of the application is dropped, and the events come again to another, made of what was stored before.
 */
export class ApplicationHost {
  #resident: Resident | undefined;

  constructor(
    private readonly makeCopy: MakeCopy,
    private readonly ports: ApplicationPorts,
  ) {}

  /** Handles consecutive events of the application's lane, or of one connection's lane of acks. See `Host.handle`. */
  async handle(
    connectionId: ConnectionId,
    events: readonly LaneEvent[],
    deadline: number,
  ): Promise<number> {
    const resident = await this.#current(deadline);
    if (events[0]?.type === "ack") return resident.host.handle(connectionId, events, deadline);
    // What has failed is tried event by event, so that one which fails again takes no other with it.
    if (events.some(({ redelivered }) => redelivered)) return this.#runEach(events, deadline);
    return (await this.#run(resident, events, deadline)) ? events.length : 0;
  }

  async #runEach(events: readonly LaneEvent[], deadline: number): Promise<number> {
    for (const [handled, event] of events.entries()) {
      if (handled > 0 && Date.now() >= deadline) return handled;
      const resident = this.#resident ?? (await this.#current(deadline));
      // It was stored, and its container died before SQS heard of it.
      if (resident.hasHandled(event)) {
        await resident.noteHandled(event);
        continue;
      }
      if (!(await this.#run(resident, [event], deadline))) return handled;
    }
    return events.length;
  }

  async #run(resident: Resident, events: readonly LaneEvent[], deadline: number): Promise<boolean> {
    let isDone = false;
    try {
      isDone = await resident.run(events, deadline);
      return isDone;
    } finally {
      if (!isDone) this.#drop();
    }
  }

  /** The copy of the application that holds what is stored. */
  async #current(deadline: number): Promise<Resident> {
    if (this.#resident && (await this.#resident.isCurrent())) return this.#resident;
    this.#drop();
    const began = Date.now();
    return await traced("restore", async () => {
      const reading = this.ports.application.read();
      const [copy, stored] = await Promise.all([this.makeCopy(), reading]);
      const resident = await Resident.restore(copy, this.ports, stored, deadline);
      this.#resident = resident;
      const kept = countKept(stored.entries);
      logInfo("The application was restored", { tookMs: Date.now() - began, ...kept });
      return resident;
    });
  }

  #drop(): void {
    this.#resident?.release();
    this.#resident = undefined;
  }
}
