import type { JsonService } from "../src/aws/json-client";
import { type AwsEnvironment, createDynamo, createSqs } from "../src/aws/services";
import { defined } from "../src/defined";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import type { ConnectPorts } from "../src/functions/connect";
import type { HeartbeatPorts } from "../src/functions/heartbeat";
import type { SliceQueuePorts } from "../src/functions/slices";
import { retrySoon } from "../src/lanes/retries";
import { SqsLanes } from "../src/lanes/sqs-lanes";
import { SqsWorkers } from "../src/lanes/sqs-workers";
import { APPLICATION_GROUP } from "../src/names";
import { readSetting } from "../src/settings/read";
import { Resource } from "../src/settings/resources";
import * as settings from "../src/settings/settings";
import { Allowance } from "../src/spending/allowance";
import { DynamoStore } from "../src/store/dynamo/dynamo-store";
import { DynamoFanOutJobs } from "../src/store/dynamo/fan-out-jobs";
import { DynamoSessions } from "../src/store/dynamo/sessions";
import { DynamoSpendings } from "../src/store/dynamo/spendings";
import { Table } from "../src/store/dynamo/table";

/**
 * The composition root: the one place that makes clients from the environment and ports from clients. The functions
 * that run the application add it in `compose-host.ts`, so that no other bundle holds Socket.IO.
 */

export function composeConnect(): ConnectPorts {
  const table = composeTable();
  return {
    store: new DynamoStore(table),
    lanes: composeLanes(),
    allowance: composeAllowance(table),
    rules: {
      isAllowed: readSetting(settings.allowedOrigins),
      isSpoken: readSetting(settings.subprotocols),
      mostBytes: readSetting(settings.connectionLimits).handshakeBytes,
      addressHeader: readSetting(settings.addressHeader),
      originSecret: readSetting(settings.originSecret),
      siteOnly: readSetting(settings.siteOnly),
    },
  };
}

export function composeHeartbeat(): HeartbeatPorts {
  return {
    store: new DynamoStore(composeTable()),
    delivery: composeDelivery(),
    lanes: composeLanes(),
    now: Date.now,
  };
}

export function composeSlices(): SliceQueuePorts {
  const table = composeTable();
  const sqs = composeSqs();
  const queue = required(Resource.fanOut);
  return {
    fanOutJobs: new DynamoFanOutJobs(table),
    sessions: new DynamoSessions(table),
    delivery: composeDelivery(),
    lanes: composeLanes(sqs),
    retrySoon: (failed) => retrySoon(sqs, queue, failed),
  };
}

export function composeTable(): Table {
  return new Table(createDynamo(awsEnvironment()), required(Resource.table));
}

export function composeSqs(): JsonService {
  return createSqs(awsEnvironment());
}

/** @param consumed the queue from which the function gets its batches, if from one of lanes. @default - that of lanes */
export function composeLanes(sqs = composeSqs(), consumed?: string): SqsLanes {
  const { [Resource.delays]: delays, [Resource.deadLetters]: deadLetters } = process.env;
  const lane = required(Resource.lane);
  const { [Resource.application]: application } = process.env;
  if (application === undefined) return new SqsLanes(sqs, { lane, delays, deadLetters });
  const common = { lane: application, group: APPLICATION_GROUP, delays, deadLetters };
  return new SqsLanes(sqs, { ...common, consumed: consumed ?? lane });
}

/** `undefined` where every broadcast is sent by one invocation. */
export function composeWorkers(table: Table, sqs: JsonService): SqsWorkers | undefined {
  const { [Resource.fanOut]: url } = process.env;
  const threshold = readSetting(settings.fanOutThreshold);
  if (!url || !threshold) return undefined;
  return new SqsWorkers(sqs, new DynamoFanOutJobs(table), { url, threshold });
}

/** `undefined` where what an address costs is not limited. */
export function composeAllowance(table: Table): Allowance | undefined {
  const dollars = readSetting(settings.spendingPerAddress);
  return dollars ? new Allowance(new DynamoSpendings(table), dollars) : undefined;
}

export function composeDelivery(): ManagementDelivery {
  // The variable by which every AWS SDK is pointed at another endpoint of this service.
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  const { AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: override } = process.env;
  const endpoint = override ?? required(Resource.management);
  const region = required("AWS_REGION");
  const connections = async () => {
    const { createConnections } = require("./management.js") as typeof import("./management");
    return createConnections(endpoint);
  };
  const maxPostsPerSecond = readSetting(settings.maxPostsPerSecond);
  return new ManagementDelivery(
    new Poster({ endpoint, region, credentials }),
    connections,
    maxPostsPerSecond ? { maxPostsPerSecond } : {},
  );
}

function awsEnvironment(): AwsEnvironment {
  return { region: required("AWS_REGION"), credentials, variables: process.env };
}

/** A function's role, whose keys Lambda keeps in the environment of every execution environment. */
function credentials() {
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  return {
    accessKeyId: required("AWS_ACCESS_KEY_ID"),
    secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
    ...defined({ sessionToken: sessionToken || undefined }),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Cannot start: expected environment variable ${name}, got nothing`);
}
