import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type ConnectionLimits, readConnectionLimits } from "../src/connection-limits";
import { Connections } from "../src/delivery/connections";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import { readOrigins } from "../src/gateway/origins";
import { readSubprotocols } from "../src/gateway/subprotocols";
import { SqsLanes } from "../src/lanes/sqs-lanes";
import { SqsWorkers } from "../src/lanes/sqs-workers";
import { Env } from "../src/names";
import { Allowance } from "../src/spending/allowance";
import { DynamoStore } from "../src/store/dynamo-store";
import { DynamoParts } from "../src/store/parts";
import { DynamoSpendings } from "../src/store/spendings";
import { Table } from "../src/store/table";

/** The composition root: the one place that reads the environment and makes clients from it. */

export function composeTable(): Table {
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return new Table(dynamo, required(Env.table));
}

export function composeStore(table = composeTable()): DynamoStore {
  return new DynamoStore(table);
}

export function composeLanes(sqs = new SQSClient({})): SqsLanes {
  const { [Env.delays]: delays, [Env.deadLetters]: deadLetters } = process.env;
  return new SqsLanes(sqs, { lane: required(Env.lane), delays, deadLetters });
}

/** `undefined` where every broadcast is sent by one invocation. */
export function composeWorkers(table: Table, sqs: SQSClient): SqsWorkers | undefined {
  const { [Env.fanOut]: url, [Env.fanOutThreshold]: threshold } = process.env;
  if (!url || !threshold) return undefined;
  const options = { url, threshold: Number(threshold) };
  return new SqsWorkers(sqs, new DynamoParts(table), options);
}

/** Which web origins may connect. */
export function composeOrigins(): (origin: string) => boolean {
  return readOrigins(process.env[Env.origins]);
}

/** Which subprotocols are accepted. */
export function composeSubprotocols(): (name: string) => boolean {
  return readSubprotocols(process.env[Env.subprotocols]);
}

/** What one connection may ask for. */
export function composeConnectionLimits(): ConnectionLimits {
  return readConnectionLimits(process.env[Env.connectionLimits]);
}

/** `undefined` where what an address costs is not limited. */
export function composeAllowance(table: Table): Allowance | undefined {
  const dollars = process.env[Env.spendingPerAddress];
  return dollars ? new Allowance(new DynamoSpendings(table), Number(dollars)) : undefined;
}

/** Which header tells a client's address; `undefined` where API Gateway does. */
export function addressHeader(): string | undefined {
  return process.env[Env.addressHeader];
}

/** URL of the queue of parts, for who consumes it. */
export function fanOutQueue(): string {
  return required(Env.fanOut);
}

export function composeDelivery(): ManagementDelivery {
  // The variable by which every AWS SDK is pointed at another endpoint of this service.
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  const { AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: override } = process.env;
  const endpoint = override ?? required(Env.management);
  const region = required("AWS_REGION");
  let client: ApiGatewayManagementApiClient | undefined;
  const connections = new Connections(() => {
    client ??= new ApiGatewayManagementApiClient({ endpoint });
    return client;
  });
  const limit = process.env[Env.maxPostsPerSecond];
  const options = limit ? { maxPostsPerSecond: Number(limit) } : {};
  return new ManagementDelivery(
    new Poster({ endpoint, region, credentials }),
    connections,
    options,
  );
}

/** A function's role, whose keys Lambda keeps in the environment of every execution environment. */
function credentials() {
  const { AWS_SESSION_TOKEN: sessionToken } = process.env;
  return {
    accessKeyId: required("AWS_ACCESS_KEY_ID"),
    secretAccessKey: required("AWS_SECRET_ACCESS_KEY"),
    ...(sessionToken ? { sessionToken } : {}),
  };
}

function required(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`Cannot start: expected environment variable ${name}, got nothing`);
}
