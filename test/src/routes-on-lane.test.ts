import type { LaneEvent } from "../../src/lanes/events";
import { FakeMemory } from "../support/fake-memory";
import { RoutedWorld } from "../support/routed-world";

/** HTTP requests on the lane of an application: answered once, by what was stored, whatever dies or comes twice. */

let runs: string[];
let memory: FakeMemory;

async function start(): Promise<RoutedWorld> {
  runs = [];
  const routed = await RoutedWorld.start((io) => {
    const own = memory;
    let count = 0;
    own.cell(
      "count",
      () => count,
      (value) => (count = value),
    );
    io.on("connection", (socket) => socket.on("tell", () => socket.emit("count", count)));
    return (request, response) => {
      runs.push(`${request.method} ${request.url}`);
      if (request.url === "/never") return;
      if (request.method === "POST") {
        count += 1;
        io.emit("counted", count);
      }
      response.end(`count ${count}, run ${runs.length}`);
    };
  });
  routed.world.startMemory = (host) => {
    memory = new FakeMemory(host);
    return memory;
  };
  return routed;
}

/** Delivers as SQS does: what is not handled comes again. */
async function deliverUntilHandled({ world }: RoutedWorld, event: LaneEvent): Promise<number> {
  for (let tries = 1; tries < 10; tries++) {
    const given = { ...event, messageId: "m", ...(tries > 1 && { redelivered: true }) };
    const handled = await world.handle("application", [given]).catch(() => 0);
    world.table.writes.revive();
    if (handled === 1) return tries;
  }
  throw new Error("Expected the event to be handled, got none that was");
}

async function countOf({ world }: RoutedWorld): Promise<unknown> {
  world.take("a=");
  await world.emit("a=", "tell");
  return world.events("a=").at(-1);
}

test("a request that dies before its batch is stored runs again, and is answered once", async () => {
  const routed = await start();
  await routed.world.connect("a=");
  let tries = 0;
  routed.deliver = async (event) => {
    routed.world.table.writes.dieAfter(0);
    tries = await deliverUntilHandled(routed, event);
  };
  const answer = await routed.ask("POST", "/");
  expect(tries).toBe(2);
  expect(runs).toEqual(["POST /", "POST /"]);
  expect(answer).toMatchObject({ statusCode: 200, body: "count 1, run 2" });
  expect(await countOf(routed)).toEqual(["count", 1]);
  await routed.world.close();
});

test("a client does not hear of what was not stored", async () => {
  const routed = await start();
  let answerBefore: unknown = "not looked at";
  routed.deliver = async (event) => {
    const { requests } = routed.world.table;
    routed.world.table.writes.dieAfter(0);
    await routed.world.handle("application", [{ ...event, messageId: "m" }]).catch(() => 0);
    routed.world.table.writes.revive();
    answerBefore = await requests.readAnswer(event.connectionId);
    await deliverUntilHandled(routed, { ...event, redelivered: true });
  };
  const { body } = await routed.ask("POST", "/");
  expect([answerBefore, body]).toEqual([undefined, "count 1, run 2"]);
  await routed.world.close();
});

test("a request whose container ended before it was answered has happened once, and is answered with an error", async () => {
  const routed = await start();
  await routed.world.connect("a=");
  routed.deliver = async (event) => {
    // One write is the commit, the next one the answer.
    routed.world.table.writes.dieAfter(1);
    const named = { ...event, messageId: "m" };
    await routed.world.handle("application", [named]).catch(() => 0);
    routed.world.table.writes.revive();
    expect(await routed.world.table.requests.readAnswer(event.connectionId)).toBeUndefined();
    await routed.world.handle("application", [{ ...named, redelivered: true }]);
  };
  const answer = await routed.ask("POST", "/");
  expect(answer.statusCode).toBe(500);
  expect(answer.body).toContain("was carried out");
  expect(runs).toEqual(["POST /"]);
  expect(await countOf(routed)).toEqual(["count", 1]);
  await routed.world.close();
});

test("a request that is delivered twice is answered as the first time", async () => {
  const routed = await start();
  routed.deliver = async (event) => {
    const named = { ...event, messageId: "m" };
    await routed.world.handle("application", [named]);
    await routed.world.handle("application", [{ ...named, redelivered: true }]);
  };
  expect(await routed.ask("POST", "/")).toMatchObject({ body: "count 1, run 1" });
  await routed.world.close();
});

test("a GET that changes nothing may run twice, and its first answer counts", async () => {
  const routed = await start();
  routed.deliver = async (event) => {
    for (const redelivered of [false, true])
      await routed.world.handle("application", [{ ...event, messageId: "m", redelivered }]);
  };
  expect(await routed.ask("GET", "/")).toMatchObject({ body: "count 0, run 1" });
  expect(runs).toHaveLength(2);
  await routed.world.close();
});

describe("a request for which the function waits no longer", () => {
  test("does not begin, and is answered with 504 and one line", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation();
    const routed = await start();
    // Less than is kept for the answer.
    expect((await routed.ask("POST", "/", { ms: 300 })).statusCode).toBe(504);
    expect(runs).toEqual([]);
    expect(warned.mock.calls).toEqual([
      [expect.objectContaining({ route: "POST /", message: expect.stringContaining("in time") })],
    ]);
    warned.mockRestore();
    await routed.world.close();
  });

  test("is cut while it runs, and the lane goes on", async () => {
    const warned = jest.spyOn(console, "warn").mockImplementation();
    const routed = await start();
    await routed.world.connect("a=");
    const { deliver } = routed;
    routed.deliver = (event) => deliver({ ...event, until: Date.now() + 300 } as LaneEvent);
    expect((await routed.ask("GET", "/never")).statusCode).toBe(504);
    routed.deliver = deliver;
    expect(warned).toHaveBeenCalledTimes(1);
    expect((await routed.ask("POST", "/")).statusCode).toBe(200);
    expect(await countOf(routed)).toEqual(["count", 1]);
    warned.mockRestore();
    await routed.world.close();
  });

  test("runs again if it may have run before", async () => {
    const routed = await start();
    await routed.world.connect("a=");
    routed.deliver = async (event) => {
      const until = Date.now() - 1000;
      const late = { ...event, until, redelivered: true, messageId: "m" };
      await routed.world.handle("application", [late as LaneEvent]);
    };
    expect(await routed.ask("POST", "/")).toMatchObject({ statusCode: 200 });
    expect(await countOf(routed)).toEqual(["count", 1]);
    await routed.world.close();
  });
});

test("effects of requests and of events in one batch are carried out, and the secret does not reach the lane", async () => {
  const routed = await start();
  await routed.world.connect("a=");
  let seen = "";
  routed.deliver = async (event) => {
    seen = JSON.stringify(event);
    const body = Buffer.from('42["tell"]').toString("base64");
    const frame: LaneEvent = {
      ...{ type: "frame", connectionId: "a=", requestId: "r", at: Date.now(), body },
    };
    expect(await routed.world.handle("application", [frame, event])).toBe(2);
  };
  const headers = { host: "example.com", "x-lambda-rooms-origin": "a secret" };
  expect(await routed.ask("POST", "/", { headers })).toMatchObject({ statusCode: 200 });
  expect(routed.world.events("a=")).toEqual([
    ["count", 0],
    ["counted", 1],
  ]);
  expect(seen).not.toContain("a secret");
  await routed.world.close();
});

test("a queue that does not take a request makes it a 503, with the route in the log", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation();
  const routed = await start();
  routed.deliver = async () => {
    throw new Error("throttled");
  };
  expect((await routed.ask("GET", "/")).statusCode).toBe(503);
  expect(logged.mock.calls).toEqual([[expect.objectContaining({ route: "GET /" })]]);
  logged.mockRestore();
  await routed.world.close();
});
