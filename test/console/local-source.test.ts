import type { ConsoleSource, EventFilter, Passed } from "../../console/source";
import { localSource } from "../../console/sources/local-source";
import { Problems } from "../../console/sources/problems";
import { Recorder } from "../../console/sources/recorder";
import { assembly, TestStack, waitFor } from "../support/clients";
import { runSourceTests } from "./source-contract";

/** The console's source for a local stack: what each source promises, and live events. */

let stack: TestStack;
let source: ConsoleSource;
beforeAll(async () => {
  const [recorder, problems] = [new Recorder(), new Problems()];
  stack = await TestStack.start(assembly(), {
    onTraffic: recorder.hear,
    onPost: ({ connectionId, status, body }) =>
      recorder.hear({
        ...{ type: "posted", connectionId, status },
        ...{ at: Date.now(), text: body.toString() },
      }),
  });
  source = localSource(stack.stack, { name: "app.ts", recorder, problems });
});
afterAll(() => stack.close());

runSourceTests(() => ({ stack, source }));

/** What a listener with a filter has heard, each packet as it was last. */
function listenTo(filter: EventFilter) {
  const heard = new Map<number, Passed>();
  const stop = source.listen(filter, (batch) => {
    for (const passed of batch) heard.set(passed.id, passed);
  });
  return { named: (name: string) => [...heard.values()].filter((one) => one.name === name), stop };
}

test("events pass as they happen, once for a broadcast, with payloads on demand", async () => {
  const [ada, bob] = [await stack.connect(), await stack.connect("/chat")];
  await ada.emitWithAck("join", ["live"]);
  await bob.emitWithAck("join", ["live"]);
  await source.overview();
  const everything = listenTo({});
  const ofRoom = listenTo({ namespace: "/", room: "live" });
  const ofBob = listenTo({ socket: bob.id, direction: "in" });
  expect(await ada.emitWithAck("echo", "secret")).toBe("secret");
  bob.emit("number", 7);
  await waitFor(() => ofBob.named("number").length === 1 && ofRoom.named("echo").length > 0);
  expect(ofRoom.named("number")).toEqual([]);
  expect(ofBob.named("echo")).toEqual([]);
  await waitFor(() => everything.named("number").length === 2);
  const [echo] = everything.named("echo").slice(-1);
  expect(echo).toMatchObject({ direction: "in", kind: "event", namespace: "/", socket: ada.id });
  expect(JSON.stringify(echo)).not.toContain("secret");
  expect(await source.payload(echo?.id as number)).toContain('["echo","secret"]');
  expect(await source.payload(1e9)).toBeUndefined();
  for (const { stop } of [everything, ofRoom, ofBob]) stop();
  ada.disconnect();
  bob.disconnect();
});

test("functions have their containers, and charts what was counted", async () => {
  const client = await stack.connect();
  await client.emitWithAck("echo", 1);
  const lane = (await source.functions()).find(({ name }) => name === "lane");
  expect(lane?.invocations).toBeGreaterThan(0);
  expect(lane?.coldStarts).toBeGreaterThan(0);
  expect(lane?.containers).toMatchObject({ busy: expect.any(Number), idle: expect.any(Number) });
  const { series } = await source.charts(1);
  expect(series.events.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBeGreaterThan(0);
  client.disconnect();
});
