import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { type Client, connect, cutClients } from "./support/client";
import { mirrorSource } from "./support/functions";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

const fixture = {
  functions: { Default: mirrorSource },
  resources: webSocketApi({ $default: { function: "Default" } }),
};
const clients: ApiGatewayManagementApiClient[] = [];

let stack: TestStack;
let client: Client;
let id: string;
let management: ApiGatewayManagementApiClient;

beforeAll(async () => {
  stack = await startStack(fixture);
  management = sdk(stack);
});
beforeEach(async () => {
  client = await connect(stack.webSocketUrl, { headers: { "User-Agent": "tester" } });
  client.send("who");
  id = JSON.parse(await client.next()).requestContext.connectionId;
});
afterEach(cutClients);
afterAll(async () => {
  for (const each of clients) each.destroy();
  await closeStacks();
});

function sdk(
  of: TestStack,
  overrides: { secret?: string; clockOffsetMs?: number; endpoint?: string } = {},
) {
  const { environment } = of;
  const made = new ApiGatewayManagementApiClient({
    endpoint: overrides.endpoint ?? environment.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI!,
    region: environment.AWS_REGION!,
    credentials: {
      accessKeyId: environment.AWS_ACCESS_KEY_ID!,
      secretAccessKey: overrides.secret ?? environment.AWS_SECRET_ACCESS_KEY!,
      sessionToken: environment.AWS_SESSION_TOKEN!,
    },
    systemClockOffset: overrides.clockOffsetMs ?? 0,
    maxAttempts: 1,
  });
  clients.push(made);
  return made;
}

const post = (through: ApiGatewayManagementApiClient, Data: string | Uint8Array, to = id) =>
  through.send(new PostToConnectionCommand({ ConnectionId: to, Data }));

test("POST sends one text frame, whatever its size", async () => {
  const long = "é".repeat(60_000);
  expect((await post(management, "hi ✓")).$metadata.httpStatusCode).toBe(200);
  await post(management, long);
  await post(management, Buffer.from("bytes"));
  expect([await client.next(), await client.next(), await client.next()]).toEqual([
    "hi ✓",
    long,
    "bytes",
  ]);
});

test("GET describes the connection", async () => {
  const { ConnectedAt, LastActiveAt, Identity } = await management.send(
    new GetConnectionCommand({ ConnectionId: id }),
  );
  expect(Identity).toEqual({ SourceIp: expect.any(String), UserAgent: "tester" });
  expect(ConnectedAt!.getTime()).toBeLessThanOrEqual(LastActiveAt!.getTime());
});

test("DELETE answers 204, and the connection is gone", async () => {
  const command = new DeleteConnectionCommand({ ConnectionId: id });
  expect((await management.send(command)).$metadata.httpStatusCode).toBe(204);
  await client.closed;
  const gone = { name: "GoneException", $metadata: { httpStatusCode: 410 } };
  await expect(post(management, "x")).rejects.toMatchObject(gone);
  await expect(management.send(command)).rejects.toMatchObject(gone);
});

test("answers 413 to more than 128 KiB", async () => {
  await post(management, "x".repeat(131_072));
  await expect(post(management, "x".repeat(131_073))).rejects.toMatchObject({
    name: "PayloadTooLargeException",
    $metadata: { httpStatusCode: 413 },
  });
});

test("answers 400 to what cannot be a connection id", async () => {
  await expect(post(management, "x", "nonsense")).rejects.toMatchObject({
    name: "BadRequestException",
    $metadata: { httpStatusCode: 400 },
  });
});

test("answers 403 to a stage that does not exist", async () => {
  const elsewhere = sdk(stack, { endpoint: `${stack.httpUrl}/other` });
  await expect(post(elsewhere, "x")).rejects.toMatchObject({ name: "ForbiddenException" });
});

test("answers 403 to a clock that is more than five minutes off", async () => {
  await post(sdk(stack, { clockOffsetMs: -290_000 }), "x");
  await expect(post(sdk(stack, { clockOffsetMs: -310_000 }), "x")).rejects.toMatchObject({
    name: "ForbiddenException",
    $metadata: { httpStatusCode: 403 },
  });
});

test("answers 403 to a wrong signature", async () => {
  await expect(post(sdk(stack, { secret: "wrong" }), "x")).rejects.toMatchObject({
    name: "InvalidSignatureException",
    $metadata: { httpStatusCode: 403 },
  });
});

test.each([
  ["without a signature", {}],
  [
    "signed for another service",
    {
      authorization:
        "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0",
    },
  ],
])("answers 403 to a request %s", async (_, headers) => {
  const url = `${stack.environment.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI}/@connections/${encodeURIComponent(id)}`;
  const response = await fetch(url, { method: "POST", body: "x", headers });
  expect(response.status).toBe(403);
  expect(response.headers.get("x-amzn-errortype")).toBe("ForbiddenException");
});

test("answers 429 when the token bucket is empty", async () => {
  const limited = await startStack(fixture, {
    limits: { requestBurst: 2, requestsPerSecond: 0.001 },
  });
  const some = `${"A".repeat(15)}=`;
  const through = sdk(limited);
  const names = [];
  for (let count = 0; count < 3; count += 1) {
    names.push(await post(through, "x", some).catch((error: Error) => error.name));
  }
  expect(names).toEqual(["GoneException", "GoneException", "LimitExceededException"]);
  expect(limited.statistics().posts).toEqual({ 410: 2, 429: 1 });
});

test("answers 429 when a client does not read", async () => {
  const limited = await startStack(fixture, { limits: { slowReaderBytes: 200_000 } });
  const slow = await connect(limited.webSocketUrl);
  slow.send("who");
  const slowId = JSON.parse(await slow.next()).requestContext.connectionId;
  slow.socket.pause();
  const through = sdk(limited);
  const full = async () => {
    for (;;) await post(through, "x".repeat(131_072), slowId);
  };
  await expect(full()).rejects.toMatchObject({
    name: "LimitExceededException",
    $metadata: { httpStatusCode: 429 },
  });
  slow.socket.resume();
});

test("counts posts by status", async () => {
  const before = stack.statistics().posts["200"] ?? 0;
  await post(management, "x");
  expect(stack.statistics().posts["200"]).toBe(before + 1);
});
