import { SQSClient } from "@aws-sdk/client-sqs";
import { sdkTable } from "../../bin/stored/sdk-dynamo";
import type { LocalStack } from "../../local";
import type { About, ConsoleSource, EventFilter, FunctionRow, Passed } from "../source";
import { commonSource } from "./common";
import { DirectoryReader } from "./directory";
import { Feed } from "./feed";
import { KeptReader } from "./kept";
import { shortName } from "./names";
import type { Problems } from "./problems";
import { Publisher } from "./publisher";
import { QueueReader } from "./queues";
import type { Recorder } from "./recorder";
import { StackReader } from "./stack-reader";

/** What a local stack is watched with. */
export interface LocalSourceOptions {
  /** The application's file. */
  readonly name: string;
  readonly recorder: Recorder;
  readonly problems: Problems;
}

const FRESH_MS = 1_000;
/** Operations of DynamoDB that change nothing. */
const READS = /^(Get|BatchGet|Query|Scan|Describe|List)/;

/** The local stack of this process. */
export function localSource(stack: LocalStack, options: LocalSourceOptions): ConsoleSource {
  const { recorder, problems, name } = options;
  const region = stack.environment.AWS_REGION ?? "";
  const { credentials } = stack;
  const [tableName = ""] = Object.values(stack.tableNames);
  const table = sdkTable(tableName, { endpoint: stack.dynamodbUrl, region, credentials });
  const reader = new StackReader(new DirectoryReader(table, FRESH_MS, () => writes(stack)));
  const kept = new KeptReader(table);
  const sqs = new SQSClient({ endpoint: stack.sqsUrl, region, credentials });
  const queues = new QueueReader(sqs, Object.values(stack.queueUrls));
  const publisher = new Publisher(async () => ({
    ...stack.environment,
    ROOMS_URL: publishUrl(stack),
  }));
  const feed = new Feed(recorder, reader);
  const about: About = {
    ...{ name, kind: "local", endpoint: stack.webSocketUrl, region: undefined },
    ...{ eventsHint: undefined, actionsHint: undefined },
  };
  return {
    about: async () => about,
    ...commonSource({ reader, kept, queues, publisher }),
    functions: async () => functionsOf(stack),
    problems: async () => problems.all,
    charts: async (minutes) => recorder.charts(minutes),
    listen: (filter: EventFilter, hear: (batch: readonly Passed[], left: number) => void) =>
      feed.listen(filter, hear),
    payload: async (id) => recorder.payload(id),
  };
}

/** How often the table may have been changed. */
function writes(stack: LocalStack): number {
  return Object.entries(stack.statistics().dynamodb)
    .filter(([operation]) => !READS.test(operation))
    .reduce((sum, [, count]) => sum + count, 0);
}

function publishUrl({ functionUrls }: LocalStack): string | undefined {
  const id = Object.keys(functionUrls).find((one) => one.includes("FunctionsPublish"));
  return id && functionUrls[id];
}

function functionsOf(stack: LocalStack): FunctionRow[] {
  const containers = stack.containers();
  return Object.entries(stack.statistics().functions).map(([id, statistics]) => {
    const { invocations, errors, throttles, containersStarted } = statistics;
    const live = containers[id];
    return {
      ...{ name: shortName(id), invocations, errors, throttles, coldStarts: containersStarted },
      ...(live && { containers: live }),
    };
  });
}
