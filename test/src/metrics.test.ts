import { METRICS } from "../../src/metric-names";
import { count, flushMetrics, measure, startMetrics } from "../../src/metrics";

let lines: string[] = [];
const start = () => {
  lines = [];
  startMetrics({ rooms: "Stack/Rooms", write: (line) => void lines.push(line) });
};
afterEach(() => startMetrics(undefined));

test("a line holds what was counted and measured, in CloudWatch's embedded format", () => {
  start();
  count("Events", 2);
  count("Events");
  count("PostsGone", 0);
  measure("LaneAge", 5);
  measure("LaneAge", 7);
  flushMetrics(1_000_000);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] as string)).toEqual({
    _aws: {
      Timestamp: 1_000_000,
      CloudWatchMetrics: [
        {
          Namespace: "LambdaRooms",
          Dimensions: [["Rooms"]],
          Metrics: [
            { Name: "Events", Unit: "Count" },
            { Name: "LaneAge", Unit: "Milliseconds" },
          ],
        },
      ],
    },
    Rooms: "Stack/Rooms",
    Events: 3,
    LaneAge: [5, 7],
  });
});

test("a busy container writes a line a second, and loses nothing between", () => {
  start();
  for (let now = 10_000; now <= 12_000; now += 100) {
    count("Events");
    flushMetrics(now);
  }
  const counted = lines.map((line) => JSON.parse(line).Events);
  expect(counted).toEqual([1, 10, 10]);
});

test("nothing is written for nothing, and nothing counted where metrics are off", () => {
  start();
  flushMetrics(1_000_000);
  expect(lines).toEqual([]);
  startMetrics(undefined);
  count("Events");
  start();
  flushMetrics(1_000_000);
  expect(lines).toEqual([]);
});

test("of very many values a hundred are told, as CloudWatch allows", () => {
  start();
  for (let n = 0; n < 1000; n++) measure("FanOutTime", n);
  flushMetrics(1_000_000);
  const { FanOutTime: values } = JSON.parse(lines[0] as string);
  expect(values).toHaveLength(100);
  // From all of them: a hundred out of the first or the last half would be a wonder.
  const early = values.filter((value: number) => value < 500).length;
  expect(early).toBeGreaterThan(20);
  expect(early).toBeLessThan(80);
});

test("every unit is one of CloudWatch's", () => {
  for (const unit of Object.values(METRICS)) expect(["Count", "Milliseconds"]).toContain(unit);
});
