import { randomUUID } from "node:crypto";
import type { Grant } from "./iam/access";
import type { Json } from "./json";
import type { DeployOptions, Trial } from "./lambda/functions";
import type { FunctionError, InvocationResult } from "./lambda/protocol";
import type { LocalStackOptions } from "./options";
import { type Closers, type Services, startServices } from "./services";
import {
  type Containers,
  type DeadLetter,
  deadLettersOf,
  type Statistics,
  statisticsOf,
} from "./statistics";
import { readAssembly } from "./template/assembly";
import { Local } from "./template/names";
import { readModel } from "./template/read-model";

/** A running local stack. */
export interface LocalStack {
  readonly port: number;
  readonly httpUrl: string;
  /** The stage: `ws://localhost:{port}/{stage}`. */
  readonly webSocketUrl: string;
  /** The host of the distribution, which is the same port; absent where the template has none. */
  readonly siteUrl: string | undefined;
  readonly dynamodbUrl: string;
  readonly sqsUrl: string;
  /** URLs of functions by logical id. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** Table names by logical id. */
  readonly tableNames: Readonly<Record<string, string>>;
  /** Queue URLs by logical id. */
  readonly queueUrls: Readonly<Record<string, string>>;
  /** Environment with which an SDK client of another process reaches this stack. */
  readonly environment: Readonly<Record<string, string>>;
  /** The key with which requests to this stack are signed; it knows no other. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /**
   * Resolves when queues with a consumer are empty and no invocation runs, for a moment at least. An event that failed
   * and waits minutes for its next attempt is not waited for.
   */
  idle(): Promise<void>;
  /** Counts what happened so far. */
  statistics(): Statistics;
  /** Containers that live now. */
  containers(): Containers;
  /** Permissions of roles that nothing has needed so far. */
  unusedPermissions(): readonly Grant[];
  /** Messages in dead-letter queues. */
  deadLetters(): DeadLetter[];
  /** Makes a connection half-open: posts get 200 and are lost, no `$disconnect` comes. */
  silence(connectionId: string): void;
  /** Resolves when every function in use has loaded once; rejects with why one cannot be loaded. */
  ready(): Promise<void>;
  /** Invokes a function by its logical id and waits. Never rejects: whatever goes wrong is in the result. */
  invoke(logicalId: string, event: Json): Promise<InvocationResult>;
  /** Ends a connection without `$disconnect`: the event is best effort. Later posts get 410. */
  lose(connectionId: string): void;
  /** Deploys another version of the functions, as `cdk deploy` does, and files of buckets: connections stay, and what runs goes on. */
  deploy(assembly: string, options?: DeployOptions): void;
  /**
   * Deploys another version of one function, once that has loaded and handled an event.
   *
   * @returns why it could not: then the old version goes on
   */
  deployIfGood(assembly: string, trial: Trial): Promise<FunctionError | undefined>;
  /** Sends a message to a queue, by its logical id. @param groupId of a FIFO queue */
  send(logicalId: string, body: string, groupId: string): void;
  /** Runs every schedule once, now, and waits until each event has been tried. */
  runSchedules(): Promise<void>;
  /** Ends everything; connections are cut without `$disconnect`. */
  close(): Promise<void>;
}

/** Starts what a synthesized stack describes. */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const services = await startServices(options, closers);
    const settleMs = options.timings?.settleMs ?? 30;
    return createStack(services, settleMs, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function createStack(services: Services, settleMs: number, close: () => Promise<void>): LocalStack {
  const { model, api, port, queues, gateway, functions, eventSources } = services;
  const isQuiet = () =>
    gateway.calls === 0 && functions.isIdle && eventSources.every((source) => source.isDrained);
  return {
    port,
    httpUrl: `http://localhost:${port}`,
    webSocketUrl: `ws://localhost:${port}/${api.stage}`,
    siteUrl: model.distribution && `http://localhost:${port}`,
    dynamodbUrl: services.database.url,
    sqsUrl: services.sqsUrl,
    functionUrls: services.functionUrls,
    tableNames: Object.fromEntries(model.tables.map(({ logicalId, name }) => [logicalId, name])),
    queueUrls: Object.fromEntries(model.queues.map(({ logicalId, url }) => [logicalId, url])),
    environment: services.environment,
    credentials: { accessKeyId: Local.accessKeyId, secretAccessKey: Local.secretAccessKey },
    idle: () => quiet(isQuiet, settleMs),
    statistics: () => statisticsOf(services),
    containers: () =>
      Object.fromEntries(functions.all.map((each) => [each.model.logicalId, each.containers])),
    unusedPermissions: () => services.access.unused,
    deadLetters: () => deadLettersOf(queues),
    silence: (connectionId) => gateway.silence(connectionId),
    ready: () => functions.ready(),
    invoke: (logicalId, event) => functions.byId(logicalId).invoke(event),
    lose: (connectionId) => gateway.lose(connectionId),
    deploy: (assembly, options) => {
      const next = modelOf(assembly, services);
      functions.deploy(next.functions, options);
      services.buckets.deploy(next.buckets);
    },
    deployIfGood: (assembly, trial) =>
      functions.deployIfGood(modelOf(assembly, services).functions, trial),
    send: (logicalId, body, groupId) => {
      const found = queues.all.find(({ model: one }) => one.logicalId === logicalId);
      found?.send({
        MessageBody: body,
        MessageGroupId: groupId,
        MessageDeduplicationId: randomUUID(),
      });
    },
    runSchedules: () => services.schedules.runAll(),
    close,
  };
}

function modelOf(assembly: string, { sqsUrl, functionUrls }: Services) {
  return readModel(readAssembly(assembly), { sqsUrl, functionUrls });
}

/** Resolves when a condition has held for a while. */
async function quiet(isQuiet: () => boolean, settleMs: number): Promise<void> {
  const stepMs = 5;
  let since: number | undefined;
  for (;;) {
    const now = performance.now();
    since = isQuiet() ? (since ?? now) : undefined;
    if (since !== undefined && now - since >= settleMs) return;
    await new Promise((resolve) => setTimeout(resolve, stepMs));
  }
}
