import type { SQSEvent } from "aws-lambda";
import type { Queues } from "../../local/sqs/queues";
import { startMemory } from "../../src/durable";
import { heartbeat } from "../../src/functions/heartbeat";
import { sendSlice } from "../../src/functions/send-slice";
import { admit, type ConnectEvent } from "../../src/gateway/handshake";
import { ApplicationHost } from "../../src/host/application/application-host";
import { makeCopy } from "../../src/host/application/memory";
import { ConnectionMemories } from "../../src/host/connection-memory";
import { Host } from "../../src/host/host";
import { handleBatch } from "../../src/lanes/consume";
import { laneOfApplication } from "../../src/lanes/read-lanes";
import type { Message } from "../../src/lanes/retries";
import { parseSlice } from "../../src/lanes/slices";
import { SqsLanes } from "../../src/lanes/sqs-lanes";
import { SqsWorkers } from "../../src/lanes/sqs-workers";
import { APPLICATION_GROUP } from "../../src/names";
import type { MemoryHost } from "../../src/ports";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { DynamoStore } from "../../src/store/dynamo/dynamo-store";
import { DynamoFanOutJobs } from "../../src/store/dynamo/fan-out-jobs";
import { DynamoIsolations } from "../../src/store/dynamo/isolations";
import { DynamoSessions } from "../../src/store/dynamo/sessions";
import { createStores } from "../../src/store/dynamo/stores";
import { evaluate } from "../support/compiled-world";
import { FakeMemory } from "../support/fake-memory";
import { createApp } from "./app";
import type { Handler } from "./functions";
import type { Gateway } from "./gateway";
import { createDelivery } from "./posts";
import { createSqs } from "./queues";
import type { StackOptions } from "./stack";

export interface HandlerOptions extends StackOptions {
  readonly queues: Queues;
  /** Known once the functions are. */
  readonly gateway: () => Gateway;
  readonly onUnsure: (connectionId: string) => void;
}

/** What each function's container does when it starts, as the files in `lambdas/` do. */
export function createHandlers(options: HandlerOptions) {
  return {
    connect: () => connect(options),
    disconnect: () => disconnect(options),
    lane: () => lane(options),
    application: () => application(options),
    fanOut: () => fanOut(options),
    heartbeat: () => beat(options),
  };
}

function connect(options: HandlerOptions): Handler {
  const store = new DynamoStore(composeTable(options));
  const lanes = composeLanes(options);
  return async (event) => {
    const admission = admit(event as ConnectEvent);
    if (!admission.ok) return { statusCode: admission.statusCode };
    await store.open(admission.connection);
    await lanes.send({ type: "open", connectionId: admission.connection.id });
    return { statusCode: 200 };
  };
}

interface DisconnectEvent {
  readonly requestContext: {
    readonly connectionId: string;
    readonly disconnectStatusCode: number;
    readonly disconnectReason: string;
  };
}

function disconnect(options: HandlerOptions): Handler {
  const lanes = composeLanes(options);
  return async (event) => {
    const { requestContext } = event as DisconnectEvent;
    const { connectionId, disconnectStatusCode: code, disconnectReason: reason } = requestContext;
    await lanes.send({
      type: "close",
      connectionId,
      cause: { type: "disconnected", code, reason },
    });
    return { statusCode: 200 };
  };
}

function lane(options: HandlerOptions): Handler {
  const { ports, queue } = composePorts(options);
  const { counter } = options;
  const memories = counter === undefined ? undefined : new ConnectionMemories(startMemory);
  const io = createApp(options);
  if (counter !== undefined) evaluate(counter, () => io);
  const host = Host.attach(io, { ...ports, memories: memories?.of(io) });
  return (event, deadline) => handleBatch(host, recordsOf(event), deadline, queue);
}

function application(options: HandlerOptions): Handler {
  const { table, ports, queue } = composePorts(options, "application.fifo");
  let memory: FakeMemory;
  const start = (host: MemoryHost) => {
    memory = new FakeMemory(host);
    return memory;
  };
  const copy = () => makeCopy(async () => createApp({ ...options, memory }), start);
  const host = new ApplicationHost(copy, { ...ports, application: new DynamoApplication(table) });
  return (event, deadline) =>
    handleBatch(host, recordsOf(event), deadline, queue, laneOfApplication);
}

const recordsOf = (event: unknown) =>
  (event as { readonly Records: Parameters<typeof handleBatch>[1] }).Records;

/** @param consumed the queue of its batches */
function composePorts(options: HandlerOptions, consumed = "lane.fifo") {
  const table = composeTable(options);
  const sqs = createSqs(options.scheduler, options.queues);
  const { fanOutThreshold: threshold, mutation } = options;
  const stores = createStores(table);
  const workers =
    threshold === undefined
      ? {}
      : {
          workers: new SqsWorkers(sqs, new DynamoFanOutJobs(table), {
            url: urlOf(options, "fan-out.fifo"),
            threshold,
          }),
        };
  const lanes = composeLanes(options, sqs, consumed);
  const queue = {
    isolations: new DynamoIsolations(table),
    deadLetter: (item: Message) => lanes.deadLetter(item),
    forget: (handled: readonly Message[]) => lanes.forget(handled),
    retrySoon: (failed: readonly Message[]) => lanes.retrySoon(failed),
    giveBack: (messages: readonly Message[]) => lanes.giveBack(messages),
  };
  const ports = {
    ...(mutation.stores?.(stores) ?? stores),
    ...workers,
    delivery: composeDelivery(options),
    lanes,
  };
  return { table, ports, queue };
}

function fanOut(options: HandlerOptions): Handler {
  const table = composeTable(options);
  const ports = {
    fanOutJobs: new DynamoFanOutJobs(table),
    sessions: new DynamoSessions(table),
    delivery: composeDelivery(options),
    lanes: composeLanes(options),
  };
  return async (event) => {
    for (const { body } of (event as SQSEvent).Records) await sendSlice(ports, parseSlice(body));
  };
}

function beat(options: HandlerOptions): Handler {
  const store = new DynamoStore(composeTable(options));
  const ports = { store, delivery: composeDelivery(options), lanes: composeLanes(options) };
  return () => heartbeat({ ...ports, now: Date.now });
}

function composeTable({ database, scheduler }: HandlerOptions) {
  return database.table(scheduler);
}

function composeDelivery({ scheduler, gateway, mutation, onUnsure }: HandlerOptions) {
  const delivery = createDelivery({ scheduler, gateway: gateway(), onUnsure });
  return mutation.delivery?.(delivery) ?? delivery;
}

function composeLanes(
  options: HandlerOptions,
  sqs = createSqs(options.scheduler, options.queues),
  consumed = "lane.fifo",
): SqsLanes {
  const { isResident } = options;
  const urls = {
    lane: urlOf(options, isResident ? "application.fifo" : "lane.fifo"),
    group: isResident ? APPLICATION_GROUP : undefined,
    consumed: urlOf(options, consumed),
    delays: urlOf(options, "delays"),
    deadLetters: urlOf(options, `dead-${consumed}`),
  };
  return new SqsLanes(sqs, urls);
}

function urlOf({ queues }: HandlerOptions, name: string): string {
  return queues.byName(name).model.url;
}
