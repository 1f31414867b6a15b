import { connect, cutClients } from "./support/client";
import { postSource } from "./support/functions";
import { lane, plainTemplate, webSocketApi } from "./support/resources";
import { closeStacks, startFunction, startStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

/** Remembers in its memory whom it has served, and says so. */
const rememberSource = `
const served = [];
exports.handler = async (event) => {
  const keys = event.Records
    ? event.Records.map((record) => record.attributes.MessageGroupId)
    : [event.requestContext.connectionId];
  const again = keys.filter((key) => served.includes(key));
  served.push(...new Set(keys));
  console.log(JSON.stringify({ again, served: served.length }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { statusCode: 200 };
};`;

test("never serves a connection twice from one container, frames and queue alike", async () => {
  const stack = await startStack({
    functions: { Direct: rememberSource, Lane: rememberSource },
    resources: {
      ...webSocketApi({
        $connect: { function: "Direct" },
        $disconnect: { function: "Direct" },
        $default: { queue: "Queue", template: plainTemplate },
        direct: { function: "Direct" },
      }),
      ...lane("Queue", "Lane", { mapping: { BatchSize: 3 } }),
    },
  });
  const clients = await Promise.all([1, 2, 3, 4].map(() => connect(stack.webSocketUrl)));
  for (let round = 0; round < 5; round += 1) {
    for (const client of clients) {
      client.send("queued");
      client.send('{"action":"direct"}');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (const client of clients) client.socket.close();
  await new Promise((resolve) => setTimeout(resolve, 30));
  await stack.idle();
  const lines = [...stack.printed("Direct"), ...stack.printed("Lane")];
  expect(lines.length).toBeGreaterThan(28);
  expect(lines.filter(({ again }) => (again as string[]).length > 0)).toEqual([]);
});

test("uses a container again for a connection it has not served", async () => {
  const { stack, send } = await startFunction(
    rememberSource,
    {},
    { limits: { containers: 1, spareContainers: 1 } },
  );
  await send("x");
  const other = await connect(stack.webSocketUrl);
  other.send("y");
  await new Promise((resolve) => setTimeout(resolve, 30));
  await stack.idle();
  expect(stack.printed("Handler")).toEqual([
    { again: [], served: 1 },
    { again: [], served: 2 },
  ]);
  expect(stack.statistics().functions.Handler?.containersStarted).toBe(1);
});

test("ends a used container to make room for a fresh one", async () => {
  const { stack, send } = await startFunction(
    rememberSource,
    {},
    { limits: { containers: 1, spareContainers: 1 } },
  );
  for (const body of ["x", "y", "z"]) await send(body);
  expect(stack.printed("Handler").map(({ served }) => served)).toEqual([1, 1, 1]);
  expect(stack.statistics().functions.Handler?.containersStarted).toBe(3);
});

test("keeps containers warm where freshness is switched off", async () => {
  const { stack, send } = await startFunction(rememberSource, {}, { freshContainers: false });
  for (const body of ["x", "y", "z"]) await send(body);
  expect(stack.printed("Handler").map(({ served }) => served)).toEqual([1, 2, 3]);
});

test("refuses what a reserved concurrency does not allow", async () => {
  const { stack, client } = await startFunction(
    `${postSource} exports.handler = async ({ requestContext }) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await post(requestContext.connectionId, "done");
      return { statusCode: 200 };
    };`,
    { ReservedConcurrentExecutions: 1 },
  );
  client.send("a");
  client.send("b");
  expect(await client.next()).toContain("Internal server error");
  expect(await client.next()).toBe("done");
  expect(stack.statistics().functions.Handler?.invocations).toBe(1);
});
