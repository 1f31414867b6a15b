import type { CloudFront } from "./cloudfront/cloudfront";
import { createCloudFront } from "./cloudfront/of-stack";
import { Metrics } from "./cloudwatch/metrics";
import { type Database, startDatabase } from "./dynamodb/database";
import { Gateway } from "./gateway/gateway";
import { createIntegrations } from "./gateway/integrations";
import { answered, createStageServer } from "./gateway/server";
import { listen, listenLocally, loopback, stop } from "./http";
import { Access, sessionTokenOf } from "./iam/access";
import { checkServices } from "./iam/services";
import { AsynchronousInvocations } from "./lambda/asynchronous";
import { stackEnvironment } from "./lambda/environment";
import { startFunctionUrls } from "./lambda/function-urls";
import { Functions } from "./lambda/functions";
import {
  defaultLimits,
  defaultTimings,
  type Limits,
  type LocalStackOptions,
  type Post,
  type Timings,
} from "./options";
import { Buckets } from "./s3/buckets";
import { Schedules } from "./schedules";
import { createSqsServer } from "./sqs/endpoint";
import { EventSource } from "./sqs/event-source";
import { Queues } from "./sqs/queues";
import { readAssembly } from "./template/assembly";
import type { ApiModel, StackModel } from "./template/model";
import { readModel } from "./template/read-model";

/** Everything that runs in a local stack. */
export interface Services {
  readonly model: StackModel;
  readonly api: ApiModel;
  readonly access: Access;
  readonly database: Database;
  readonly queues: Queues;
  readonly sqsUrl: string;
  /** By logical id. */
  readonly functionUrls: Readonly<Record<string, string>>;
  readonly functions: Functions;
  readonly gateway: Gateway;
  readonly buckets: Buckets;
  readonly eventSources: readonly EventSource[];
  readonly schedules: Schedules;
  readonly asynchronous: AsynchronousInvocations;
  readonly environment: Readonly<Record<string, string>>;
  readonly port: number;
  readonly metrics: Metrics;
  /** Posts to connections by HTTP status. */
  readonly posts: Readonly<Record<string, number>>;
}

/** What has to be closed, the latest first. */
export type Closers = (() => unknown)[];

interface Settings {
  readonly options: LocalStackOptions;
  readonly limits: Limits;
  readonly timings: Timings;
  readonly closers: Closers;
  readonly warn: (text: string) => void;
}

/** Starts the services of a stack; what is started is added to `closers` at once. */
export async function startServices(
  options: LocalStackOptions,
  closers: Closers,
): Promise<Services> {
  const settings: Settings = {
    options,
    limits: { ...defaultLimits, ...options.limits },
    timings: { ...defaultTimings, ...options.timings },
    closers,
    warn: (text) => options.log?.({ function: "local", stream: "stderr", text }),
  };
  const functionUrls = await startFunctionUrls(options, settings.timings, closers);
  const { model, access, queues, sqsUrl } = await startQueues(settings, functionUrls.urls);
  const { api } = model;
  if (api === undefined) {
    throw new Error(
      "Cannot start the local stack: expected a WebSocket API in the template, got none",
    );
  }
  for (const warning of model.warnings) settings.warn(warning);
  checkServices(model, access);
  const database = await startDatabase(model.tables, access, {
    skewMs: settings.timings.signatureSkewMs,
    ...(options.faults?.database && { fault: options.faults.database }),
  });
  closers.push(() => database.close());
  const urls = { dynamodb: database.url, sqs: sqsUrl };
  const stage = await startStage(settings, { model, access, api, queues, urls });
  const { functions } = stage;
  functionUrls.connect(model, functions);
  const eventSources = model.eventSources.map(
    (each) => new EventSource(each, queues.byArn(each.queueArn), functions.find(each.functionName)),
  );
  closers.push(() => eventSources.map((source) => source.close()));
  const asynchronous = createQueueOfEvents(settings, queues);
  const schedules = new Schedules(model.schedules, settings.timings, { functions, asynchronous });
  closers.push(() => schedules.close());
  functions.warm(options.isFirst);
  const { urls: functionUrlsById } = functionUrls;
  return {
    ...{ model, access, api, database, queues, sqsUrl, eventSources, schedules, asynchronous },
    functionUrls: functionUrlsById,
    ...stage,
  };
}

function createQueueOfEvents({ timings, closers, warn }: Settings, queues: Queues) {
  const { clock, minuteMs } = timings;
  const created = new AsynchronousInvocations({ clock, minuteMs, queues, warn });
  closers.push(() => created.close());
  return created;
}

/** Queues first: their URLs, with the port, are in what the template resolves to. */
async function startQueues(
  { options, timings, closers }: Settings,
  functionUrls: Readonly<Record<string, string>>,
) {
  const assembly = readAssembly(options.assembly);
  let queues = new Queues([], timings);
  let access = new Access([]);
  const server = createSqsServer(() => queues, {
    access: () => access,
    skewMs: timings.signatureSkewMs,
  });
  const sqsUrl = `http://${loopback}:${await listen(server, 0, loopback)}`;
  closers.push(() => stop(server));
  const model = readModel(assembly, { sqsUrl, functionUrls });
  queues = new Queues(model.queues, timings);
  access = new Access(model.roles);
  closers.push(() => queues.close());
  return { model, access, queues, sqsUrl };
}

interface StageSettings {
  readonly model: StackModel;
  readonly access: Access;
  readonly api: ApiModel;
  readonly queues: Queues;
  readonly urls: { readonly dynamodb: string; readonly sqs: string };
}

/** The functions and the gateway in front of them. */
async function startStage(settings: Settings, { model, access, api, queues, urls }: StageSettings) {
  const { options, limits, timings, closers, warn } = settings;
  let port = 0;
  const environment = () =>
    stackEnvironment({ ...urls, management: `http://localhost:${port}/${api.stage}` });
  const { onTraffic } = options;
  const metrics = new Metrics((name, values) => onTraffic?.({ type: "measured", name, values }));
  const functions = new Functions(model.functions, {
    limits,
    now: () => timings.clock.now(),
    freshContainers: options.freshContainers ?? true,
    environment,
    ...(options.faults?.kill && { kill: options.faults.kill }),
    inspectPort: options.inspectPort ?? (() => undefined),
    sessionToken: (function_) => sessionTokenOf(function_, access.find(function_.role)),
    // CloudWatch alone reads the metrics in a log.
    log: (line) => metrics.read(line.text) || options.log?.(line),
  });
  closers.push(() => functions.close());
  const targets = { functions, queues, timeoutMs: timings.integrationMs, warn };
  const gateway = new Gateway({
    api,
    integrations: createIntegrations(api, targets),
    limits,
    timings,
    compression: options.compression ?? false,
    port: () => port,
    onTraffic,
    onRefused: (request, status) => options.onRequest?.(answered(request, status)),
  });
  const posts: Record<string, number> = {};
  const buckets = new Buckets(model.buckets);
  const cloudFront = createCloudFront(model, { api, gateway, buckets, warn });
  port = await listenForStage(settings, { api, access, gateway, posts, cloudFront });
  return { functions, gateway, buckets, environment: environment(), port, posts, metrics };
}

interface Listening {
  readonly api: ApiModel;
  readonly access: Access;
  readonly gateway: Gateway;
  readonly posts: Record<string, number>;
  readonly cloudFront: CloudFront | undefined;
}

async function listenForStage(
  { options, limits, timings, closers }: Settings,
  { api: { id, stage }, access, gateway, posts, cloudFront }: Listening,
): Promise<number> {
  const onPost = (post: Post) => {
    posts[post.status] = (posts[post.status] ?? 0) + 1;
    options.onPost?.(post);
  };
  const files = options.files ?? {};
  const stageArn = `${id}/${stage}`;
  const served = {
    ...{ stage, stageArn, access, files, limits, timings, onPost, cloudFront },
    onRequest: options.onRequest,
    ...(options.faults?.post && { fault: options.faults.post }),
  };
  const create = () => createStageServer(gateway, served);
  const { port, stop: stopAll } = await listenLocally(create, options.port ?? 3000, options.host);
  closers.push(stopAll);
  // Before the servers, which wait for their WebSockets.
  closers.push(() => gateway.close());
  return port;
}
