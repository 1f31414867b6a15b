import type { JsonObject } from "../../local/json";
import { waitFor } from "../support/wait-for";
import { type Client, connect, cutClients } from "./support/client";
import { acceptSource, mirrorSource } from "./support/functions";
import { Marks } from "./support/marks";
import { webSocketApi } from "./support/resources";
import { closeStacks, startStack, type TestStack } from "./support/stack";

/** Does what the frame says, as far as it says anything. */
const actSource = `
exports.handler = async (event) => {
  const act = JSON.parse(event.body);
  if (act.throws) throw new TypeError(act.throws);
  if (act.wait) await new Promise((resolve) => setTimeout(resolve, act.wait));
  if (act.done) console.log(act.done);
  return act.returns;
};`;

afterEach(cutClients);
afterAll(closeStacks);

const ids = /^\{"message": "([^"]+)", "connectionId":"([\w-]{15}=)", "requestId":"([\w-]{15}=)"\}$/;

describe("routes", () => {
  let stack: TestStack;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({
      functions: {
        Default: mirrorSource,
        Hello: mirrorSource,
        Listed: mirrorSource,
        Lost: mirrorSource,
      },
      resources: webSocketApi({
        $default: { function: "Default" },
        hello: { function: "Hello" },
        "[1, a]": { function: "Listed" },
        $connectx: { function: "Lost" },
      }),
    });
  });
  beforeEach(async () => {
    client = await connect(stack.webSocketUrl);
  });

  const eventFor = async (body: string) => {
    client.send(body);
    return JSON.parse(await client.next()) as JsonObject & { requestContext: JsonObject };
  };

  test.each([
    ['{"action":"hello"}', "hello"],
    ['{"action":["1","a"]}', "[1, a]"],
    ['{"action":"other"}', "$default"],
    ['{"action":"$connectx"}', "$default"],
    ['{"action":null}', "$default"],
    ["{}", "$default"],
    ["2", "$default"],
    ['["hello"]', "$default"],
    ["hello", "$default"],
    ['{"toString":1}', "$default"],
  ])("sends %s to %s", async (body, routeKey) => {
    const event = await eventFor(body);
    expect(event.body).toBe(body);
    expect(event.requestContext.routeKey).toBe(routeKey);
  });

  test("gives functions the event of a message, without headers and query", async () => {
    const event = await eventFor("héllo ✓");
    expect(event).toEqual({
      requestContext: {
        routeKey: "$default",
        messageId: expect.stringMatching(/^[\w-]{15}=$/),
        eventType: "MESSAGE",
        extendedRequestId: event.requestContext.requestId,
        requestTime: expect.any(String),
        messageDirection: "IN",
        stage: "prod",
        connectedAt: expect.any(Number),
        requestTimeEpoch: expect.any(Number),
        identity: { sourceIp: expect.any(String) },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        domainName: `localhost:${stack.port}`,
        connectionId: expect.any(String),
        apiId: "local12345",
      },
      body: "héllo ✓",
      isBase64Encoded: false,
    });
  });
});

test("a static selection expression sends everything to $default", async () => {
  const stack = await startStack({
    functions: { Default: mirrorSource, Hello: mirrorSource },
    resources: webSocketApi(
      { $default: { function: "Default" }, hello: { function: "Hello" } },
      { api: { RouteSelectionExpression: "\\$default" } },
    ),
  });
  const client = await connect(stack.webSocketUrl);
  client.send('{"action":"hello"}');
  expect(await client.next()).toContain('"routeKey":"$default"');
});

describe("error frames", () => {
  let stack: TestStack;
  let client: Client;
  beforeAll(async () => {
    stack = await startStack({
      functions: { Act: { code: actSource, properties: { Timeout: 1 } } },
      resources: webSocketApi({
        act: { function: "Act", timeoutMs: 100 },
        quick: { function: "Act" },
      }),
    });
  });
  beforeEach(async () => {
    client = await connect(stack.webSocketUrl);
  });

  const failure = async (body: string) => {
    client.send(body);
    const frame = await client.next();
    expect(frame).toMatch(ids);
    return ids.exec(frame)?.[1];
  };

  test("says Forbidden where no route matches, and keeps the connection", async () => {
    expect(await failure("hi")).toBe("Forbidden");
    expect(await failure('{"action":"none"}')).toBe("Forbidden");
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  test("says Internal server error where a function throws or answers without a status", async () => {
    expect(await failure('{"action":"quick","throws":"no"}')).toBe("Internal server error");
    expect(await failure('{"action":"quick","returns":{"body":"x"}}')).toBe(
      "Internal server error",
    );
  });

  test("says Internal server error where a function times out before the gateway does", async () => {
    expect(await failure('{"action":"quick","wait":3000}')).toBe("Internal server error");
    expect(stack.lines.at(-1)?.text).toMatch(/Task timed out after 1\.00 seconds$/);
  });

  test("says Endpoint request timed out, while the function runs on", async () => {
    expect(await failure('{"action":"act","wait":200,"done":"went on"}')).toBe(
      "Endpoint request timed out",
    );
    await stack.idle();
    expect(stack.lines.map(({ text }) => text)).toContain("went on");
  });

  test("says nothing where a function returns another status", async () => {
    client.send('{"action":"quick","returns":{"statusCode":500,"body":"x"}}');
    await stack.idle();
    expect(client.received).toEqual([]);
  });
});

test("starts the next frame's call before the last one's has ended", async () => {
  const stack = await startStack({
    functions: {
      Slow: `${new Marks().source} exports.handler = async ({ body }) => {
        console.log("start " + body);
        mark(body);
        for (const name of ["a", "b", "c"]) await marked(name);
        return { statusCode: 200 };
      };`,
    },
    resources: webSocketApi({ $default: { function: "Slow" } }),
  });
  const client = await connect(stack.webSocketUrl);
  for (const body of ["a", "b", "c"]) client.send(body);
  await waitFor(() => stack.lines.length === 3);
  await stack.idle();
  expect(stack.lines.map(({ text }) => text).sort()).toEqual(["start a", "start b", "start c"]);
  expect(stack.statistics().functions.Slow).toMatchObject({ invocations: 3, errors: 0 });
});

test.each([
  ["the account's rate", { requestBurst: 1, requestsPerSecond: 0.001 }, {}],
  [
    "the stage's rate",
    {},
    { DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 } },
  ],
])("throttles frames by %s", async (_, limits, stage) => {
  const stack = await startStack(
    {
      functions: { Default: acceptSource },
      resources: webSocketApi({ $default: { function: "Default" } }, { stage }),
    },
    { limits },
  );
  const client = await connect(stack.webSocketUrl);
  client.send("first");
  client.send("second");
  expect(ids.exec(await client.next())?.[1]).toBe("Too Many Requests");
  await stack.idle();
  expect(stack.statistics().functions.Default?.invocations).toBe(1);
});
