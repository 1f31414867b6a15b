import { frameTemplate } from "../../lib/frame-template";
import { laneFilters } from "../../lib/lanes";
import { createQueueIntegration } from "../../local/gateway/queue-integration";
import { passesFilters } from "../../local/sqs/filter";
import type { Message } from "../../local/sqs/message";
import type { Queues } from "../../local/sqs/queues";
import type { Delivery, Stores } from "../../src/ports";
import type { Ending } from "./app";
import type { Database } from "./database";
import { EventSource } from "./event-source";
import { type FunctionModel, SimulatedFunction } from "./functions";
import { Gateway } from "./gateway";
import { createHandlers } from "./handlers";
import { createQueues } from "./queues";
import type { Scheduler } from "./scheduler";

const MINUTE_MS = 60_000;
const HEARTBEAT_MS = 8 * MINUTE_MS;
const LANE_TIMEOUT_MS = MINUTE_MS;
const FAN_OUT_TIMEOUT_MS = 5 * MINUTE_MS;
/** Of a queue, in timeouts of its function. */
const VISIBILITY = 6;

/** What a test may put in the place of what is real, to see whether it is noticed. */
export interface Mutation {
  readonly stores?: (stores: Stores) => Stores;
  readonly delivery?: (delivery: Delivery) => Delivery;
}

export interface StackOptions {
  readonly scheduler: Scheduler;
  readonly database: Database;
  readonly recovers: boolean;
  /** From how many members on a broadcast is sent by workers; absent for never. */
  readonly fanOutThreshold?: number | undefined;
  readonly returnsAtOnce: boolean;
  readonly connectionMs: number;
  readonly mutation: Mutation;
  /** Whether the whole application has one lane. */
  readonly isResident?: boolean | undefined;
  /** See `SimulationOptions`. */
  readonly counter?: string | undefined;
  readonly onEnd: (ending: Ending) => void;
  readonly onError: (error: unknown) => void;
}

/** What was delivered more than once, so that what came of it may have come more than once. */
export interface Doubts {
  /** Connections of which an event came again. */
  readonly repeated: Set<string>;
  /** Connections to which a post was delivered without its sender knowing. */
  readonly unsure: Set<string>;
  /** Whether a part of a large broadcast came again. */
  partRepeated: boolean;
}

/** The deployment: functions, queues, gateway and schedule around one table. */
export class Stack {
  readonly gateway: Gateway;
  readonly queues: Queues;
  readonly doubts: Doubts = { repeated: new Set(), unsure: new Set(), partRepeated: false };
  readonly #functions: Readonly<Record<string, SimulatedFunction>>;
  readonly #sources: readonly EventSource[];

  constructor(private readonly options: StackOptions) {
    this.queues = createQueues({
      lane: VISIBILITY * LANE_TIMEOUT_MS,
      fanOut: VISIBILITY * FAN_OUT_TIMEOUT_MS,
    });
    const { scheduler } = options;
    const handlers = createHandlers({
      ...options,
      queues: this.queues,
      gateway: () => this.gateway,
      onUnsure: (id) => this.doubts.unsure.add(id),
    });
    const { onError } = options;
    const make = (name: keyof typeof handlers, timeoutMs: number) => {
      const model: FunctionModel = { name, timeoutMs, start: handlers[name], onError };
      return new SimulatedFunction(scheduler, model);
    };
    const connect = make("connect", 10_000);
    const disconnect = make("disconnect", 10_000);
    const lane = make("lane", LANE_TIMEOUT_MS);
    const fanOut = make("fanOut", FAN_OUT_TIMEOUT_MS);
    const heartbeat = make("heartbeat", FAN_OUT_TIMEOUT_MS);
    const application = make("application", LANE_TIMEOUT_MS);
    this.#functions = { connect, disconnect, lane, application, fanOut, heartbeat };
    this.#sources = [
      this.#feed("lane.fifo", lane, 10),
      this.#feed("application.fifo", application, 10),
      this.#feed("delays", lane, 10),
      this.#feed("fan-out.fifo", fanOut, 1),
    ];
    this.gateway = new Gateway({
      ...{ scheduler, connect, disconnect, onFrame: this.#frames() },
      ...{ idleMs: 10 * MINUTE_MS, durationMs: options.connectionMs },
    });
    this.#beat();
  }

  /** Whether nothing is under way. */
  get isIdle(): boolean {
    return (
      this.#sources.every(({ isDrained }) => isDrained) &&
      Object.values(this.#functions).every(({ isBusy }) => !isBusy)
    );
  }

  /** What is under way, for the report of a wait that times out. */
  get activity(): string {
    const busy = Object.entries(this.#functions).flatMap(([name, { isBusy }]) =>
      isBusy ? name : [],
    );
    const queues = this.queues.all.map(
      ({ model, depth }) => `${model.name} ${Object.values(depth)}`,
    );
    return `busy: ${busy}; queues (visible, in flight, delayed): ${queues.join(", ")}`;
  }

  get deadLetters(): readonly Message[] {
    return this.queues.deadLetter.flatMap(({ messages }) => messages);
  }

  restart(): void {
    for (const one of Object.values(this.#functions)) one.restart();
  }

  /** Pings all connections now. */
  heartbeat(): void {
    void this.#functions.heartbeat?.invoke({});
  }

  #beat(): void {
    this.options.scheduler.clock.schedule(HEARTBEAT_MS, "heartbeat", () => {
      this.heartbeat();
      this.#beat();
    });
  }

  #feed(name: string, target: SimulatedFunction, batchSize: number): EventSource {
    return new EventSource({
      ...{ queue: this.queues.byName(name), target, batchSize },
      ...{ scheduler: this.options.scheduler, returnsAtOnce: this.options.returnsAtOnce },
      reportsFailures: name !== "fan-out.fifo",
      accepts: ({ body }) =>
        !body.includes(`"type":"frame"`) || passesFilters(laneFilters, { body }),
      onRepeat: ({ body }) => {
        const { connectionId } = JSON.parse(body) as { connectionId?: string };
        if (connectionId) this.doubts.repeated.add(connectionId);
        else this.doubts.partRepeated = true;
      },
    });
  }

  #twoQueues() {
    if (!this.options.isResident) return undefined;
    const urlOf = (name: string) => this.queues.byName(name).model.url;
    return { acks: urlOf("lane.fifo"), frames: urlOf("application.fifo") };
  }

  /** The real mapping template puts frames on their lanes. */
  #frames(): (connectionId: string, body: string) => void {
    const { clock } = this.options.scheduler;
    const send = createQueueIntegration(
      {
        ...{ kind: "queue", logicalId: "Frames", role: "" },
        queueName: this.options.isResident ? undefined : "lane.fifo",
        ...{ timeoutMs: 0, passthrough: "NEVER", templateSelectionExpression: undefined },
        requestTemplates: { $default: frameTemplate(undefined, this.#twoQueues()) },
        requestParameters: {
          "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
        },
      },
      this.queues,
    );
    let requests = 0;
    return (connectionId, body) => {
      const requestId = `request${++requests}`;
      const context = { connectionId, requestId, requestTimeEpoch: Math.floor(clock.now) };
      send({ body, context, stageVariables: {} });
    };
  }
}
