import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { App } from "aws-cdk-lib";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import { RoomsStack } from "../../lib/rooms-stack";
import { type LocalStack, type LogLine, type Statistics, startLocalStack } from "../../local";
import { Heaps } from "./heaps";
import { answerCalls } from "./remote";
import { watchStalls } from "./stalls";

/** The local stack of the load test, in a process of its own, with AWS's throttles. */

export interface StackReport extends Statistics {
  /** What functions and the stack warned of: how many lines, and the first different ones. */
  readonly warnings: number;
  readonly warned: readonly string[];
  readonly longestStallMs: number;
}

let longestStallMs = () => 0;
let stack: LocalStack;
let warnings = 0;
const warned = new Set<string>();
const heaps = new Heaps("process.env.AWS_LAMBDA_FUNCTION_NAME");

answerCalls({
  async start(containers: number): Promise<string> {
    const directory = mkdtempSync(path.join(tmpdir(), "lambda-rooms-load-"));
    process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
    const cdk = new App({ outdir: directory, context: featureFlags });
    new RoomsStack(cdk, "LambdaRooms", { entry: "bench/load/app.ts" });
    cdk.synth();
    stack = await startLocalStack({
      ...{ assembly: directory, port: 0, log: note },
      limits: { containers, idleContainers: containers },
      // As on Lambda: a container serves who comes, so that what it keeps would show in the end.
      freshContainers: false,
    });
    await stack.ready();
    // From now on: synthesizing stands still for seconds.
    longestStallMs = watchStalls();
    return stack.webSocketUrl;
  },
  report: (): StackReport => ({
    ...{ ...stack.statistics(), warnings, warned: [...warned] },
    longestStallMs: longestStallMs(),
  }),
  memory: () => heaps.measure(),
  ghosts,
});

function note({ function: name, stream, text }: LogLine): void {
  if (stream !== "stderr") return;
  warnings++;
  if (warned.size < 10) warned.add(`${name}: ${text}`);
}

/** What the table holds of clients that have all gone: items by the first letter of their partition. */
async function ghosts(): Promise<Record<string, number>> {
  await stack.idle();
  // The heartbeat finds a client whose end no function noticed.
  await stack.runSchedules();
  await stack.idle();
  const { credentials } = stack;
  const { AWS_REGION: region = "us-east-1" } = stack.environment;
  const dynamo = new DynamoDBClient({ endpoint: stack.dynamodbUrl, region, credentials });
  const client = DynamoDBDocumentClient.from(dynamo);
  const [TableName] = Object.values(stack.tableNames);
  const found: Record<string, number> = {};
  for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
    for (const { p } of Items) {
      const kind = kinds[(p as string)[0] as string] ?? `items ${(p as string)[0]}`;
      found[kind] = (found[kind] ?? 0) + 1;
    }
  }
  dynamo.destroy();
  return found;
}

/** As in `src/store/dynamo/keys.ts`. */
const kinds: Readonly<Record<string, string>> = {
  c: "connections",
  r: "memberships",
  a: "sockets in a namespace",
  n: "rooms",
  k: "answers",
};
