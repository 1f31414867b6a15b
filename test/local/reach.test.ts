import { createServer, Server } from "node:net";
import { networkInterfaces } from "node:os";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeExposure } from "../../bin/exposure";
import { readOptions } from "../../bin/options";
import { connect, cutClients } from "./support/client";
import { acceptSource } from "./support/functions";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

/** Who reaches a local stack, and with which keys. */

const fixture = {
  functions: { Accept: acceptSource },
  resources: {
    ...webSocketApi({ $connect: { function: "Accept" } }),
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    },
    Url: {
      Type: "AWS::Lambda::Url",
      Properties: { TargetFunctionArn: { "Fn::GetAtt": ["Accept", "Arn"] }, AuthType: "AWS_IAM" },
    },
    Queue: { Type: "AWS::SQS::Queue", Properties: {} },
  },
};
const LOOPBACK = ["127.0.0.1", "::1"];
const outside = Object.values(networkInterfaces())
  .flatMap((found) => found ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4")?.address;

afterEach(async () => {
  cutClients();
  await closeStacks();
});

/** Addresses on which servers of this process began to listen while `start` ran. */
async function listeningDuring(start: () => Promise<unknown>): Promise<string[]> {
  const servers: Server[] = [];
  const { listen } = Server.prototype;
  const spy = jest.spyOn(Server.prototype, "listen").mockImplementation(function (
    this: Server,
    ...args: unknown[]
  ) {
    servers.push(this);
    return Reflect.apply(listen, this, args);
  });
  await start();
  spy.mockRestore();
  return servers.map((server) => (server.address() as { address: string }).address);
}

test("all services listen on loopback alone", async () => {
  const addresses = await listeningDuring(() => startStack(fixture));
  expect(addresses.length).toBeGreaterThanOrEqual(4);
  expect(addresses.filter((address) => !LOOPBACK.includes(address))).toEqual([]);
});

test("the stage answers on each address for which localhost stands", async () => {
  const stack = await startStack(fixture);
  for (const host of ["127.0.0.1", "[::1]", "localhost"]) {
    await connect(`ws://${host}:${stack.port}/prod`);
  }
});

test.each([
  ["0.0.0.0", ["0.0.0.0", "::1"]],
  ["::", ["::"]],
])("--host %s opens the stage and nothing else", async (host, opened) => {
  const addresses = await listeningDuring(async () => {
    const stack = await startStack(fixture, { host });
    await connect(`ws://${outside ?? "127.0.0.1"}:${stack.port}/prod`);
    await connect(stack.webSocketUrl);
  });
  const beyond = addresses.filter((address) => address !== "127.0.0.1" && address !== "::1");
  expect(beyond).toEqual(opened.filter((address) => address !== "::1"));
});

test("an address that this machine does not have is refused with its option", async () => {
  await expect(startStack(fixture, { host: "203.0.113.1" })).rejects.toThrow(
    "expected --host to be an address of this machine, got 203.0.113.1",
  );
});

test("a port that is taken on one address alone is in use", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  await expect(startStack(fixture, { port })).rejects.toThrow(`Port ${port} is in use`);
  other.close();
});

test("--host is a warning, unless it names this machine", () => {
  expect(readOptions(["--host", "0.0.0.0"])).toMatchObject({ host: "0.0.0.0" });
  expect(describeExposure("0.0.0.0", 3000)).toMatch(
    /opens port 3000 to the network.*rooms are open/s,
  );
  for (const host of [undefined, "localhost", "127.0.0.1", "::1"]) {
    expect(describeExposure(host, 3000)).toBeUndefined();
  }
});

describe("keys", () => {
  const unknown = { accessKeyId: "NOBODY", secretAccessKey: "s" };
  const wrong = (stack: TestStack) => ({ ...stack.credentials, secretAccessKey: "wrong" });

  test("DynamoDB refuses unknown keys and wrong signatures", async () => {
    const stack = await startStack(fixture);
    const list = async (credentials: TestStack["credentials"]) => {
      const at = { endpoint: stack.dynamodbUrl, region: "us-east-1", maxAttempts: 1 };
      const client = new DynamoDBClient({ ...at, credentials });
      return client.send(new ListTablesCommand({})).finally(() => client.destroy());
    };
    expect((await list(stack.credentials)).TableNames).toEqual(["Table"]);
    await expect(list(unknown)).rejects.toMatchObject({
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
      $metadata: { httpStatusCode: 400 },
    });
    await expect(list(wrong(stack))).rejects.toMatchObject({ name: "InvalidSignatureException" });
    const unsigned = await fetch(stack.dynamodbUrl, { method: "POST", body: "{}" });
    expect(await unsigned.json()).toMatchObject({
      __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
    });
  });

  test("DynamoDB lets no page of another origin read it", async () => {
    const stack = await startStack(fixture);
    for (const method of ["OPTIONS", "POST", "GET"]) {
      const headers = { origin: "https://evil.example" };
      const answer = await fetch(stack.dynamodbUrl, { method, headers });
      expect(answer.status).toBe(400);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    const { credentials } = stack;
    const client = new DynamoDBClient({
      ...{ endpoint: stack.dynamodbUrl, region: "us-east-1", credentials },
    });
    let allowed: unknown;
    client.middlewareStack.add(
      (next) => async (args) => {
        (args.request as { headers: Record<string, string> }).headers.origin =
          "https://evil.example";
        const result = await next(args);
        allowed = (result.response as { headers: object }).headers;
        return result;
      },
      { step: "finalizeRequest", priority: "low" },
    );
    await client.send(new ListTablesCommand({}));
    expect(allowed).toBeDefined();
    expect(allowed).not.toHaveProperty("access-control-allow-origin");
    client.destroy();
  });

  test("SQS refuses unknown keys and wrong signatures", async () => {
    const stack = await startStack(fixture);
    const list = async (credentials: TestStack["credentials"]) => {
      const at = { endpoint: stack.sqsUrl, region: "us-east-1", maxAttempts: 1 };
      const client = new SQSClient({ ...at, credentials });
      return client.send(new ListQueuesCommand({})).finally(() => client.destroy());
    };
    await expect(list(unknown)).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidClientTokenId|UnrecognizedClientException/),
      $metadata: { httpStatusCode: 403 },
    });
    await expect(list(wrong(stack))).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const headers = { "x-amz-target": "AmazonSQS.ListQueues" };
    const unsigned = await fetch(stack.sqsUrl, { method: "POST", body: "{}", headers });
    expect(unsigned.headers.get("x-amzn-query-error")).toBe("MissingAuthenticationToken;Sender");
  });

  test("a function URL and @connections refuse unknown keys with 403", async () => {
    const stack = await startStack(fixture);
    const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const sign = (service: string) => ({
      "x-amz-date": stamp,
      authorization: `AWS4-HMAC-SHA256 Credential=NOBODY/${stamp.slice(0, 8)}/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
    });
    const url = Object.values(stack.functionUrls)[0] as string;
    const published = await fetch(url, { method: "POST", headers: sign("lambda") });
    expect(published.status).toBe(403);
    const at = `${stack.httpUrl}/prod/@connections/${"A".repeat(15)}%3D`;
    const posted = await fetch(at, { method: "POST", headers: sign("execute-api") });
    expect(posted.status).toBe(403);
    expect(posted.headers.get("x-amzn-errortype")).toBe("UnrecognizedClientException");
  });

  test("no other process can guess the secret", async () => {
    const { credentials } = await startStack(fixture);
    expect(credentials.secretAccessKey).toMatch(/^[\w-]{40}$/);
    expect(credentials.secretAccessKey).not.toContain("local");
  });
});
