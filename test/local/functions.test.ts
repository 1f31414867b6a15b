import type { JsonObject } from "../../local/json";
import { connect, cutClients } from "./support/client";
import { webSocketApi } from "./support/resources";
import { closeStacks, startFunction, startStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

test("gives functions Lambda's environment and context, and nothing of the host's", async () => {
  process.env.HOST_SECRET = "x";
  const { stack, send } = await startFunction(
    `exports.handler = async (event, context) => {
      console.log(JSON.stringify({ env: process.env }));
      console.log(JSON.stringify({ ...context, remaining: context.getRemainingTimeInMillis() }));
      return { statusCode: 200 };
    };`,
    {
      FunctionName: "named",
      MemorySize: 512,
      Timeout: 900,
      Environment: { Variables: { OWN: { Ref: "Api" } } },
    },
  );
  await send("x");
  delete process.env.HOST_SECRET;
  const [{ env }, context] = stack.printed("Handler") as [{ env: JsonObject }, JsonObject];
  expect(env).toMatchObject({
    OWN: "local12345",
    AWS_REGION: "us-east-1",
    AWS_LAMBDA_FUNCTION_NAME: "named",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    LAMBDA_TASK_ROOT: expect.stringContaining("asset.hash-of-handler"),
    AWS_ENDPOINT_URL_DYNAMODB: stack.dynamodbUrl,
    AWS_ENDPOINT_URL_SQS: stack.sqsUrl,
    AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: `http://localhost:${stack.port}/prod`,
    ...stack.environment,
  });
  for (const name of ["HOST_SECRET", "PATH", "HOME", "NODE_OPTIONS", "JEST_WORKER_ID"])
    expect(env).not.toHaveProperty(name);
  expect(context).toMatchObject({
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    functionName: "named",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:named",
    memoryLimitInMB: "512",
    logGroupName: "/aws/lambda/named",
  });
  expect(context.remaining).toBeGreaterThan(600_000);
  expect(context.remaining).toBeLessThanOrEqual(900_000);
});

test.each([
  ["throws", "throw new RangeError('too far')", "RangeError: too far"],
  ["rejects with a value that is not an error", "throw 'text'", "text"],
  [
    "lets an error escape",
    "setTimeout(() => { throw new Error('escaped') }); await new Promise(() => {})",
    "escaped",
  ],
  [
    "leaves a rejection unhandled",
    "Promise.reject(new Error('lost')); await new Promise(() => {})",
    "lost",
  ],
  ["exits", "process.exit(3)", "Runtime exited with error: exit status 3"],
  ["blocks until its timeout", "for (;;);", "Task timed out after 1.00 seconds"],
])("reports a function that %s, and serves the next frame", async (_, statement, message) => {
  const { stack, client, send } = await startFunction(
    `exports.handler = async ({ body }) => { if (body === "fail") { ${statement}; } return { statusCode: 200 }; };`,
    { Timeout: statement === "for (;;);" ? 1 : 30 },
  );
  await send("fail");
  expect(await client.next()).toContain('"message": "Internal server error"');
  expect(stack.lines.map(({ text }) => text).join("\n")).toContain(message);
  await send("fine");
  expect(client.received).toEqual([]);
  expect(stack.statistics().functions.Handler).toMatchObject({ invocations: 2, errors: 1 });
});

test("reports a function that cannot be loaded, at every invocation", async () => {
  const { stack, client, send } = await startFunction("throw new Error('broken at load');");
  await send("x");
  await send("y");
  expect(await client.next()).toContain("Internal server error");
  expect(await client.next()).toContain("Internal server error");
  expect(stack.lines.some(({ text }) => text.includes("broken at load"))).toBe(true);
});

test("says which handler is missing", async () => {
  const { stack, send } = await startFunction("exports.other = 1;");
  await send("x");
  expect(stack.lines.map(({ text }) => text).join()).toContain(
    "expected an exported function handler, got undefined",
  );
  await expect(startFunction("", { Handler: "main.handler" })).rejects.toThrow(
    /expected .*main\.js or .*main\.cjs, got nothing/,
  );
});

test("passes on what functions print, line by line and in order", async () => {
  const { stack, send } = await startFunction(
    `exports.handler = async () => {
      console.log("one\\ntwo %d", 2);
      console.error("bad");
      process.stdout.write("in ");
      process.stdout.write("parts\\n");
      return { statusCode: 200 };
    };`,
  );
  await send("x");
  expect(
    stack.lines.map(({ function: name, stream, text }) => `${name} ${stream} ${text}`),
  ).toEqual([
    "Handler stdout one",
    "Handler stdout two 2",
    "Handler stderr bad",
    "Handler stdout in parts",
  ]);
});

test("imports built-in modules, also in containers that load from the code cache", async () => {
  const { stack, send } = await startFunction(
    `exports.handler = async () => {
      const { sep, default: path } = await import("node:path");
      const { EOL } = await import('os');
      console.log(sep, path.sep, JSON.stringify(EOL));
      return { statusCode: 200 };
    };`,
  );
  for (const body of ["x", "y", "z"]) await send(body);
  expect(stack.lines.map(({ text }) => text)).toEqual(Array(3).fill('/ / "\\n"'));
});

test("runs inline code", async () => {
  const ZipFile =
    "exports.main = async () => { console.log('inline'); return { statusCode: 200 } };";
  const stack = await startStack({
    resources: {
      ...webSocketApi({ $connect: { function: "Inline" } }),
      Inline: {
        Type: "AWS::Lambda::Function",
        Properties: { Handler: "index.main", Code: { ZipFile } },
      },
    },
  });
  await connect(stack.webSocketUrl);
  expect(stack.lines).toEqual([{ function: "Inline", stream: "stdout", text: "inline" }]);
});
