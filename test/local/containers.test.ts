import { waitFor } from "../support/wait-for";
import { connect, cutClients } from "./support/client";
import { postSource } from "./support/functions";
import { Marks } from "./support/marks";
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
  const lines = () => [...stack.printed("Direct"), ...stack.printed("Lane")];
  // Frames of four clients in five rounds and their handshakes; a batch of the queue holds up to three.
  await waitFor(() => stack.printed("Direct").length === 24);
  for (const client of clients) client.socket.close();
  await waitFor(() => stack.printed("Direct").length === 28);
  await stack.idle();
  expect(stack.printed("Lane").length).toBeGreaterThanOrEqual(7);
  expect(lines().filter(({ again }) => (again as string[]).length > 0)).toEqual([]);
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
  await waitFor(() => stack.printed("Handler").length === 2);
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
  const marks = new Marks();
  const { stack, client } = await startFunction(
    `${postSource}${marks.source} exports.handler = async ({ requestContext }) => {
      await marked("refused");
      await post(requestContext.connectionId, "done");
      return { statusCode: 200 };
    };`,
    { ReservedConcurrentExecutions: 1 },
  );
  client.send("a");
  client.send("b");
  expect(await client.next()).toContain("Internal server error");
  marks.set("refused");
  expect(await client.next()).toBe("done");
  expect(stack.statistics().functions.Handler?.invocations).toBe(1);
});

describe("an idle container is frozen, as Lambda freezes it", () => {
  /** Starts what the body of a frame names, and prints at which times it went on. */
  const source = `
  const { setTimeout: sleep } = require("node:timers/promises");
  const net = require("node:net");
  const times = [];
  const note = () => times.push(Date.now());
  const work = {
    timeout: () => setTimeout(note, 100),
    interval: () => setInterval(note, 5),
    promise: () => sleep(100).then(note),
    socket: () => {
      const server = net.createServer((socket) => sleep(100).then(() => socket.end("x")));
      server.listen(0, "127.0.0.1", () => {
        net.connect(server.address().port, "127.0.0.1").on("data", note);
      });
    },
  };
  exports.handler = async ({ body }) => {
    work[body]?.();
    const before = times.length;
    while (body === "look" && times.length < Math.max(1, before)) await sleep(2);
    console.log(JSON.stringify({ times }));
    return { statusCode: 200 };
  };`;
  const options = {
    freshContainers: false,
    limits: { containers: 1, spareContainers: 1, idleContainers: 1 },
  };
  const rest = () => new Promise((resolve) => setTimeout(resolve, 300));

  test.each(["timeout", "promise", "socket", "interval"])(
    "a %s that nothing waits for goes on in the next invocation only",
    async (kind) => {
      const { stack, send } = await startFunction(source, {}, options);
      await send(kind);
      // The turn in which the function answered may last a little longer.
      await rest();
      const asleep = Date.now();
      await rest();
      const woken = Date.now();
      await send("look");
      const { times } = stack.printed("Handler").at(-1) as { times: number[] };
      expect(times.filter((time) => time > asleep && time < woken)).toEqual([]);
      expect(times.at(-1)).toBeGreaterThanOrEqual(woken);
      expect(stack.statistics().functions.Handler?.containersStarted).toBe(1);
    },
  );

  test("prints nothing between invocations", async () => {
    const { stack, send } = await startFunction(
      `let ticks = 0;
      exports.handler = async () => {
        setInterval(() => console.log(JSON.stringify({ tick: ++ticks })), 1);
        console.log("before the freeze");
        return { statusCode: 200 };
      };`,
      {},
      options,
    );
    await send("x");
    await rest();
    expect(stack.lines[0]?.text).toBe("before the freeze");
    const atRest = stack.lines.length;
    await rest();
    expect(stack.lines).toHaveLength(atRest);
  });

  test("what was loaded and never invoked does not run either", async () => {
    const { stack, send } = await startFunction(
      `setInterval(() => console.log("tick"), 1);
      exports.handler = async () => ({ statusCode: 200 });`,
      {},
      options,
    );
    await stack.ready();
    await rest();
    const atRest = stack.lines.length;
    await rest();
    expect(stack.lines).toHaveLength(atRest);
    await send("x");
    expect(stack.lines.length).toBeGreaterThanOrEqual(atRest);
  });

  test("ends when another version is deployed, and when the stack closes", async () => {
    const { stack, send } = await startFunction(source, {}, options);
    await send("interval");
    stack.deploy(stack.assembly);
    await send("x");
    expect(stack.printed("Handler").at(-1)).toEqual({ times: [] });
    expect(stack.statistics().functions.Handler?.containersStarted).toBe(2);
    await stack.close();
  });
});
