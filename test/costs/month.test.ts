import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { APPLICATION_STACK, STACK } from "../../bench/cost-figures";
import { costOf, type Load } from "../../bench/cost-model";
import { FAST_COST } from "../../checks/fast-timers";

/** `npm run cost`: its model of a month. */

const idle: Load = {
  ...{ connections: 0, messagesPerSecond: 0, roomSize: 100, messageBytes: 200 },
  recovers: false,
};
const busy: Load = { ...idle, connections: 1000, messagesPerSecond: 1 };

const dollars = (load: Load) =>
  Object.fromEntries(costOf(load).map(({ what, usd }) => [what, Number(usd.toFixed(2))]));
const total = (load: Load) => costOf(load).reduce((sum, { usd }) => sum + usd, 0);
const command = (...args: string[]) =>
  spawnSync("node", ["--import", "tsx", "bench/cost.ts", ...args], { encoding: "utf8" });

test("a month without users costs alarms, empty polls and the heartbeat", () => {
  expect(dollars(idle)).toEqual({
    "API Gateway messages": 0,
    "API Gateway connections": 0,
    Lambda: 0.03,
    DynamoDB: 0.01,
    "SQS messages": 0,
    "SQS empty polls": 0.92,
    "CloudWatch logs": 0,
    "CloudWatch metrics": 0.6,
    "CloudWatch alarms": 1.2,
    "data out": 0,
  });
  expect(total(idle)).toBeGreaterThan(2);
  expect(total(idle)).toBeLessThan(8);
});

test("a million frames in cost $1.00 at API Gateway and $1.50 at SQS", () => {
  const frames = 1e6 / (730 * 3600);
  const quiet = { ...idle, messagesPerSecond: frames, roomSize: 0 };
  expect(dollars(quiet)).toMatchObject({ "API Gateway messages": 1, "SQS messages": 1.5 });
  expect(dollars(quiet)["CloudWatch logs"]).toBeCloseTo(0.5, 1);
});

test("each message, each connection and recovery cost more", () => {
  expect(total({ ...busy, messagesPerSecond: 2 })).toBeGreaterThan(total(busy));
  expect(total({ ...busy, connections: 2000 })).toBeGreaterThan(total(busy));
  expect(total({ ...busy, recovers: true })).toBeGreaterThan(total(busy));
});

test("an hour of fast timers costs what the documents and the check say", () => {
  const application = { changedBytes: 1000 };
  const [before, after] = [0, 1].map((fastHours) =>
    total({ ...busy, application: { ...application, fastHours } }),
  );
  const said = `about $${((after as number) - (before as number)).toFixed(2)} an hour`;
  expect(FAST_COST).toBe(said);
  expect(readFileSync("docs/memory.md", "utf8")).toContain(said);
});

test("one lane for the application costs a write a message, and reads no members", () => {
  const application = { changedBytes: 1000 };
  const one = { ...busy, application };
  expect(total({ ...one, application: { changedBytes: 5000 } })).toBeGreaterThan(total(one));
  const dynamo = (load: Load) => dollars(load).DynamoDB as number;
  // 2.6 million messages a month, of which each is a write unit of $0.625 a million, and a read.
  const quiet = { ...one, connections: 0.001 };
  expect(dynamo(quiet)).toBeCloseTo(2.628 * (0.625 * (1 + 1 / 32) + 0.125), 1);
  expect(dynamo({ ...busy, connections: 0.001 })).toBeCloseTo(2.628 * 3 * 0.125, 1);
});

test.each([
  ["ASSEMBLY", STACK],
  ["ASSEMBLY_OF_MEMORY", APPLICATION_STACK],
])("the model counts the alarms and event sources that the template of %s holds", (name, stack) => {
  const directory = process.env[name] as string;
  const file = readdirSync(directory).find((name) => name.endsWith(".template.json")) as string;
  const { Resources } = JSON.parse(readFileSync(path.join(directory, file), "utf8"));
  const all = Object.values(Resources) as { Type: string; Properties: Record<string, unknown> }[];
  const ofType = (type: string) =>
    all.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const metrics = ofType("AWS::CloudWatch::Alarm").map(({ Metrics }) =>
    Array.isArray(Metrics) ? Metrics.filter(({ MetricStat }) => MetricStat).length : 1,
  );
  expect(metrics.reduce((sum, count) => sum + count, 0)).toBe(stack.alarmMetrics);
  const sources = ofType("AWS::Lambda::EventSourceMapping");
  expect(sources).toHaveLength(stack.fifoSources + stack.queueSources);
  // The main queues, without their dead letters.
  const worked = ofType("AWS::SQS::Queue").filter(({ RedrivePolicy }) => RedrivePolicy);
  expect(worked.filter(({ FifoQueue }) => FifoQueue)).toHaveLength(stack.fifoSources);
});

test("the command takes 0 connections, which then send nothing", () => {
  const args = ["--import", "tsx", "bench/cost.ts", "--connections", "0"];
  const text = execFileSync("node", args, { encoding: "utf8" });
  expect(text).toMatch(/CloudWatch alarms +\$1\.20/);
  expect(text).toMatch(/together +\$2\.\d\d/);
});

test.each([
  [["--connections=-1"], "expected --connections to be a number of at least 0, got -1"],
  [["--connections", "0", "--messages", "2"], "expected --messages 0 without connections, got 2"],
  [["--ordering", "both"], "expected --ordering to be one of connection, application, got both"],
  [["--bytes", ""], "expected --bytes to be a number of at least 0, got "],
])("the command refuses %j", (args, message) => {
  const { status, stderr } = command(...args);
  expect([status, stderr]).toEqual([2, `Cannot estimate: ${message}\n`]);
});
