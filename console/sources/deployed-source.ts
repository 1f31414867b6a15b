import {
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { AwsCalls } from "../../bin/aws/calls";
import type { StackResource as Resource } from "../../bin/aws/stack";
import { sdkTable } from "../../bin/stored/sdk-dynamo";
import type { About, ConsoleSource } from "../source";
import { CloudWatch, functionsOf } from "./cloudwatch";
import { commonSource } from "./common";
import { DirectoryReader } from "./directory";
import { KeptReader } from "./kept";
import { DeployedLogs } from "./logs";
import { Publisher } from "./publisher";
import { QueueReader } from "./queues";
import { StackReader } from "./stack-reader";

/** Where the parts of a deployment are. */
export interface Deployment {
  readonly name: string;
  readonly table: string;
  /** Of a DynamoDB elsewhere. @default - AWS's */
  readonly tableEndpoint?: string | undefined;
  /** Without it the console cannot act. */
  readonly publishUrl: string | undefined;
  readonly endpoint: string | undefined;
  /** URLs of queues, if they are known. */
  readonly queues: readonly string[];
  /** ARNs of dead letters: the other queues are found by them. */
  readonly deadLetters: readonly string[];
  /** Functions and logs of the stack; none where no stack was named. */
  readonly resources: readonly Resource[];
  /** The construct's path, which is the dimension of its metrics. */
  readonly rooms: string;
  /** Whether the logs are followed. */
  readonly followsLogs: boolean;
}

/** Each look at the table costs read units: as often as a person looks. */
const FRESH_MS = 10_000;

const EVENTS_HINT =
  'Live events are off: what clients send is in no log of a deployment. `lambda-rooms console --events` follows the functions\' logs; with `logLevel: "DEBUG"` they have joins, leaves and broadcasts, without arguments.';
const ACTIONS_HINT =
  "The console can only look: it does not know where to publish. Name the stack, or give --publish-url.";

/** A deployment, by the services' own APIs and the user's own credentials. Untried on AWS. */
export async function deployedSource(
  deployment: Deployment,
  calls: AwsCalls,
): Promise<ConsoleSource> {
  const { name, endpoint, followsLogs, publishUrl, resources, rooms } = deployment;
  const region = await calls.region();
  const at = deployment.tableEndpoint;
  const table = sdkTable(deployment.table, { region, ...(at !== undefined && { endpoint: at }) });
  const reader = new StackReader(new DirectoryReader(table, FRESH_MS));
  const kept = new KeptReader(table);
  const queues = new QueueReader(calls.sqs, await queuesOf(calls.sqs, deployment));
  const publisher = new Publisher(() => publishing(calls, publishUrl));
  const metrics = new CloudWatch(calls, rooms);
  const logs = new DeployedLogs(calls, resources);
  const about: About = {
    ...{ name, kind: "deployed", endpoint, region },
    eventsHint: followsLogs && resources.length > 0 ? undefined : EVENTS_HINT,
    actionsHint: publishUrl === undefined ? ACTIONS_HINT : undefined,
  };
  return {
    about: async () => about,
    ...commonSource({ reader, kept, queues, publisher }),
    functions: () => metrics.functions(functionsOf(resources), Date.now()),
    problems: () => logs.problems(),
    charts: (minutes) => metrics.charts(minutes, Date.now()),
    listen: (filter, hear) =>
      about.eventsHint === undefined ? logs.listen(filter, hear) : () => undefined,
    payload: async (id) => logs.payload(id),
  };
}

/** What the emitter reads, with the keys of now: a role's end after an hour. */
async function publishing(calls: AwsCalls, publishUrl: string | undefined) {
  if (publishUrl === undefined) throw new Error(`Cannot act: ${ACTIONS_HINT}`);
  const { accessKeyId, secretAccessKey, sessionToken } = await calls.keys();
  return {
    ...{ ROOMS_URL: publishUrl, AWS_REGION: await calls.region() },
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
    AWS_SESSION_TOKEN: sessionToken,
  };
}

async function queuesOf(
  sqs: SQSClient,
  { queues, deadLetters }: Deployment,
): Promise<readonly string[]> {
  const found = await Promise.all(
    deadLetters.map(async (arn) => {
      const QueueName = arn.split(":").at(-1) ?? "";
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      const list = new ListDeadLetterSourceQueuesCommand({ QueueUrl });
      const { queueUrls = [] } = await sqs.send(list);
      return [...queueUrls, QueueUrl ?? ""];
    }),
  );
  return [...new Set([...queues, ...found.flat()])].filter((url) => url !== "");
}
