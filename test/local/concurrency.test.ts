import { readOptions } from "../../bin/options";
import { Concurrency } from "../../local/lambda/concurrency";
import { VirtualClock } from "../support/virtual-clock";
import { waitFor } from "../support/wait-for";
import { connect, cutClients } from "./support/client";
import { acceptSource, postSource } from "./support/functions";
import { closeGates, openGate } from "./support/gate";
import { lane, plainTemplate, webSocketApi } from "./support/resources";
import { closeStacks, startStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  closeGates();
  await closeStacks();
});

/** An account with one execution, which `Holder` has while it waits at the gate. */
async function startHeld(properties = {}) {
  const gate = await openGate();
  const stack = await startStack(
    {
      functions: {
        Holder: `${gate.source} exports.handler = async () => (await ask("x"), { statusCode: 200 });`,
        Other: {
          code: `${postSource} exports.handler = async ({ requestContext, Records }) => {
            for (const { body, attributes } of Records ?? []) {
              const { MessageGroupId, ApproximateReceiveCount } = attributes;
              await post(MessageGroupId, body + ApproximateReceiveCount);
            }
            if (requestContext?.eventType === "MESSAGE") await post(requestContext.connectionId, "done");
            return { statusCode: 200 };
          };`,
          properties,
        },
        Connect: acceptSource,
      },
      resources: {
        ...webSocketApi({
          $default: { function: "Holder" },
          other: { function: "Other" },
          lane: { queue: "Queue", template: plainTemplate },
          $connect: { function: "Connect" },
        }),
        ...lane("Queue", "Other"),
      },
    },
    {
      limits: {
        containers: 3,
        concurrency: Number.isFinite(Object.values(properties)[0]) ? 101 : 1,
      },
    },
  );
  const client = await connect(stack.webSocketUrl);
  return { gate, stack, client };
}

test("a frame is answered with an error while other functions use up the account", async () => {
  const { gate, stack, client } = await startHeld();
  client.send("hold");
  const held = await gate.asked();
  client.send('{"action":"other"}');
  expect(await client.next()).toContain('"message": "Internal server error"');
  held.letGo();
  await stack.idle();
  client.send('{"action":"other"}');
  expect(await client.next()).toBe("done");
  expect(stack.statistics().functions.Other).toMatchObject({ invocations: 1, throttles: 1 });
  expect(stack.lines).toEqual([
    {
      function: "Other",
      stream: "stderr",
      text: "Lambda throttles this function: too many executions at a time",
    },
  ]);
});

test("a handshake is answered with 500, since its function has not run", async () => {
  const { gate, stack, client } = await startHeld();
  client.send("hold");
  const held = await gate.asked();
  await expect(connect(stack.webSocketUrl)).rejects.toThrow("Unexpected server response: 500");
  held.letGo();
  await stack.idle();
  await expect(connect(stack.webSocketUrl)).resolves.toBeDefined();
});

test("a batch of a queue waits, and is handled as the same receipt", async () => {
  const { gate, stack, client } = await startHeld();
  client.send("hold");
  const held = await gate.asked();
  client.send('{"action":"lane"}');
  await waitFor(() => stack.statistics().functions.Other!.throttles > 0);
  held.letGo();
  expect(await client.next()).toBe('{"action":"lane"}1');
  expect(stack.statistics().functions.Other).toMatchObject({ invocations: 1, errors: 0 });
});

test("a function has what it reserves, whatever the others use up", async () => {
  const { stack, client } = await startHeld({ ReservedConcurrentExecutions: 1 });
  for (let index = 0; index < 100; index++) client.send("hold");
  await waitFor(() => stack.statistics().functions.Holder!.invocations === 100);
  client.send('{"action":"other"}');
  expect(await client.next()).toBe("done");
  await expect(connect(stack.webSocketUrl)).rejects.toThrow("Unexpected server response: 500");
});

const reserving = (concurrency: number) => ({
  functions: {
    Own: { code: acceptSource, properties: { ReservedConcurrentExecutions: concurrency } },
  },
  resources: webSocketApi({ $connect: { function: "Own" } }),
});

test("a reservation that leaves too little fails the deployment", async () => {
  await expect(startStack(reserving(901))).rejects.toThrow(
    "UnreservedConcurrentExecution below its minimum value of [100]: expected at least 100 of 1000 executions to be left, got 99 (Own 901)",
  );
  // A new account can reserve nothing.
  await expect(startStack(reserving(1), { limits: { concurrency: 10 } })).rejects.toThrow(
    "below its minimum value of [10]",
  );
  const stack = await startStack(reserving(900));
  const next = await startStack(reserving(0), { limits: { concurrency: 10 } });
  expect(() => next.deploy(stack.assembly)).toThrow("below its minimum value of [10]");
});

describe("Concurrency", () => {
  const clock = new VirtualClock();
  const plain = { logicalId: "A", name: "a", concurrency: Number.POSITIVE_INFINITY };
  const reserved = { logicalId: "B", name: "b", concurrency: 2 };
  const create = (limit: number, functions = [plain]) =>
    new Concurrency({ limit, functions: () => functions, now: () => clock.now() });
  /** How often something can be begun until it is refused. */
  const most = (begin: () => unknown) => {
    let begun = 0;
    while (begun < 2000 && begin()) begun++;
    return begun;
  };

  test("gives functions that reserve nothing what the others leave", () => {
    const account = create(1000, [plain, reserved]);
    expect(most(() => account.begin(plain))).toBe(998);
    expect(most(() => account.begin(reserved))).toBe(2);
  });

  test("gives an execution that has ended to the next one", () => {
    const account = create(10);
    const ends = Array.from({ length: 10 }, () => account.begin(plain));
    expect(account.begin(plain)).toBeUndefined();
    ends[0]?.();
    expect(most(() => account.begin(plain))).toBe(1);
  });

  test("allows ten requests a second for each execution, unless they come out of Lambda's queue", () => {
    const account = create(10);
    const run = (isAsynchronous?: boolean) => {
      const end = account.begin(plain, isAsynchronous);
      end?.();
      return end;
    };
    expect(most(() => run())).toBe(100);
    expect(most(() => run(true))).toBe(2000);
    clock.advance(100);
    expect(most(() => run())).toBe(10);
  });
});

test("npm start takes the account's concurrency", () => {
  expect(readOptions([])).toMatchObject({ concurrency: 1000 });
  expect(readOptions(["--concurrency", "10"])).toMatchObject({ concurrency: 10 });
  for (const wrong of ["0", "x", "1.5", "-1"]) {
    expect(() => readOptions([`--concurrency=${wrong}`])).toThrow(
      `expected --concurrency to be a whole number from 1, got ${wrong}`,
    );
  }
});
