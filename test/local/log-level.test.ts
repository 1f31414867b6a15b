import { cutClients } from "./support/client";
import { closeStacks, startFunction } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

/** A line of every kind, by console and past it. */
const source = `
const at = new Date().toISOString();
const write = (line) => process.stdout.write((typeof line === "string" ? line : JSON.stringify(line)) + "\\n");
exports.handler = async () => {
  console.debug("by debug");
  console.log("by log");
  console.warn("by warn");
  console.error({ message: "by error" });
  write({ level: "ERROR", timestamp: at, message: "own ERROR" });
  write({ level: "warn", timestamp: at, message: "own warn" });
  write({ level: "debug", timestamp: at, message: "own debug" });
  write({ level: "ERROR", message: "without a timestamp" });
  write({ level: "SEVERE", timestamp: at, message: "of an unknown level" });
  write({ message: "without a level" });
  write("plain text");
  write({
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: "Test", Dimensions: [[]], Metrics: [{ Name: "Count" }] }] },
    Count: 3,
  });
  return { statusCode: 200 };
};`;

async function said(LoggingConfig: Record<string, string>) {
  const { stack, send } = await startFunction(source, { LoggingConfig });
  await send("x");
  const messages = stack.lines.map(({ text }) => {
    const [found] = /by \w+|own \w+|without a \w+|of an unknown level|plain text/.exec(text) ?? [];
    return found ?? text;
  });
  return { messages, metrics: stack.statistics().metrics };
}

const severe = ["by warn", "by error", "own ERROR", "own warn"];
const ofInfo = ["without a timestamp", "of an unknown level", "without a level", "plain text"];

test("a function that logs at WARN loses every line without a known level and a timestamp, metrics too", async () => {
  const { messages, metrics } = await said({ LogFormat: "JSON", ApplicationLogLevel: "WARN" });
  expect(messages).toEqual(severe);
  expect(metrics).toEqual({});
});

test("a function that logs at INFO keeps them, and loses what it calls less severe", async () => {
  const { messages, metrics } = await said({ LogFormat: "JSON" });
  expect(messages).toEqual(["by log", ...severe, ...ofInfo]);
  expect(metrics).toEqual({ "Test/Count": { count: 1, sum: 3 } });
});

test("plain text is not filtered", async () => {
  const { messages, metrics } = await said({ LogFormat: "Text" });
  expect(messages).toEqual(["by debug", "by log", ...severe, "own debug", ...ofInfo]);
  expect(metrics).toEqual({ "Test/Count": { count: 1, sum: 3 } });
});
