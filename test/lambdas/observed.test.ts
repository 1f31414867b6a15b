import { createSocket } from "node:dgram";
import { once } from "node:events";
import { observed } from "../../lambdas/observed";
import { logInfo, logWarning, setLogLevel } from "../../src/log";
import { startMetrics } from "../../src/metrics";
import { traced } from "../../src/tracing";

/** What Lambda's environment asks for reaches what a function does. */

const environment = process.env;
beforeEach(() => {
  process.env = { ...environment };
});
afterEach(() => {
  process.env = environment;
  startMetrics(undefined);
  setLogLevel("WARN");
  jest.restoreAllMocks();
});

test("an invocation that X-Ray samples sends its subsegments before it ends", async () => {
  const received: string[] = [];
  const daemon = createSocket("udp4").on("message", (text) => received.push(text.toString()));
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
  process.env._X_AMZN_TRACE_ID = "Root=1-a-b;Parent=c;Sampled=1";
  process.env.AWS_XRAY_DAEMON_ADDRESS = `127.0.0.1:${daemon.address().port}`;
  const handler = observed(() => traced("work", async () => "done"));
  expect(await handler()).toBe("done");
  while (received.length === 0) await once(daemon, "message");
  daemon.close();
  expect(JSON.parse(received[0]?.split("\n")[1] as string)).toMatchObject({
    ...{ name: "work", trace_id: "1-a-b", parent_id: "c" },
  });
});

test("metrics are written at the end of an invocation, of one that fails too, and cold starts once", async () => {
  const written: string[] = [];
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  process.env.METRICS_NAME = "Stack/Rooms";
  const handler = observed(() => Promise.reject(new Error("no")));
  for (let n = 0; n < 2; n++) await expect(handler()).rejects.toThrow("no");
  const lines = written.filter((text) => text.includes("_aws")).map((text) => JSON.parse(text));
  expect(lines).toMatchObject([{ Rooms: "Stack/Rooms", ColdStarts: 1 }]);
});

test.each([
  ["WARN", ["warn"]],
  ["DEBUG", ["warn", "info"]],
  [undefined, ["warn", "info"]],
])("at level %s the lines %j are written", (level, written) => {
  process.env.ROOMS_LOG_LEVEL = level ?? "";
  const heard: string[] = [];
  jest.spyOn(console, "warn").mockImplementation(() => void heard.push("warn"));
  jest.spyOn(console, "info").mockImplementation(() => void heard.push("info"));
  observed(async () => {});
  logWarning("something is odd");
  logInfo("a socket came", {});
  expect(heard).toEqual(written);
});

test("without a name nothing is measured", async () => {
  const written = jest.spyOn(process.stdout, "write").mockImplementation(() => true);
  delete process.env.METRICS_NAME;
  await observed(async () => 1)();
  expect(written).not.toHaveBeenCalled();
});
