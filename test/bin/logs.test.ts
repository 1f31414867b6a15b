import { spawn } from "node:child_process";
import { once } from "node:events";
import { isAtLeast, Printer, readLine } from "../../bin/logs/lines";
import { FakeAws, type LogEvent } from "../support/fake-aws";
import { waitFor } from "../support/wait-for";
import { root, run } from "./run";

/** `lambda-rooms logs` against a stand-in of CloudWatch Logs. */

const LANE = "physical-RoomsFunctionsLaneLogDEA66BD8";
const CONNECT = "physical-RoomsFunctionsConnectLog0123ABCD";
const at = Date.now() - 60_000;
let count = 0;

function event(offset: number, line: unknown): LogEvent {
  const message = typeof line === "string" ? line : JSON.stringify(line);
  return { eventId: `e${count++}`, timestamp: at + offset, message: `${message}\n` };
}

const id = "11112222-aaaa";
const said = (level: string, message: string, fields = {}) => ({
  ...{ timestamp: new Date(at).toISOString(), level, requestId: id },
  message: { message, ...fields },
});

let aws: FakeAws;
beforeAll(async () => {
  aws = await FakeAws.start();
  const group = { Type: "AWS::Logs::LogGroup" };
  const Resources = {
    RoomsFunctionsLaneLogDEA66BD8: group,
    RoomsFunctionsConnectLog0123ABCD: group,
    RoomsGatewayAccessLogsABCD0123: group,
    RoomsTable00000000: { Type: "AWS::DynamoDB::Table" },
  };
  aws.put("Chat", { Resources }, { PublishUrl: "u", DeadLetters: "d" }, "CREATE_COMPLETE");
  aws.logs.set(LANE, [
    event(0, said("INFO", "joined", { room: "a" })),
    event(2, said("WARN", "slow \u001b[31m")),
    event(3, { _aws: {}, Events: 1 }),
    event(4, {
      type: "platform.report",
      record: {
        requestId: id,
        status: "success",
        metrics: { durationMs: 12.3, maxMemoryUsedMB: 95 },
      },
    }),
    event(5, { type: "platform.report", record: { requestId: id, status: "timeout" } }),
    event(-3_600_000, said("INFO", "an hour ago")),
  ]);
  aws.logs.set(CONNECT, [event(1, "a text of the application")]);
  aws.logs.set("physical-RoomsGatewayAccessLogsABCD0123", [event(1, "a frame")]);
});
afterAll(() => aws.close());

const args = (...more: string[]) => ["logs", "--stack-name", "Chat", ...more];
const logs = (...more: string[]) => run(args(...more), { env: aws.environment });

test("lines of all functions come in the order of their times, with each invocation named once", async () => {
  const { stdout, stderr, code } = await logs();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  expect(lines.map((line) => line.replace(/^\S+ /, ""))).toEqual([
    "lane        11112222 INFO  joined room=a",
    "connect              INFO  a text of the application",
    "lane        11112222 WARN  slow \\u001b[31m",
    "lane                 ERROR report, timeout",
  ]);
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} /);
});

test.each([
  [
    ["--level", "WARN"],
    ["slow", "timeout"],
  ],
  [
    ["--level", "DEBUG", "--function", "lane"],
    ["joined", "slow", "12 ms, 95 MB", "timeout"],
  ],
  [["--filter", '"joined"'], ["joined"]],
  [
    ["--since", "2h", "--function", "lane", "--level", "INFO"],
    ["hour ago", "joined", "slow", "timeout"],
  ],
  [["--function", "access"], ["a frame"]],
])("%j shows %j", async (more, expected) => {
  const { stdout } = await logs(...more);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(expected.length);
  for (const [index, text] of expected.entries()) expect(lines[index]).toContain(text);
});

test("for a machine, each line is a document", async () => {
  const { stdout } = await logs("--json", "--filter", '"joined"');
  expect(JSON.parse(stdout)).toEqual({
    ...{ time: new Date(at).toISOString(), function: "lane", level: "INFO", requestId: id },
    message: expect.objectContaining({ message: { message: "joined", room: "a" } }),
  });
});

test.each([
  [["--since", "yesterday"], "expected --since to be like 30s, 10m"],
  [["--function", "lame"], "Did you mean lane?"],
  [["--level", "WARNING"], "expected --level to be one of TRACE, DEBUG"],
])("%j is refused", async (more, message) => {
  const { code, stderr } = await logs(...more);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("--follow goes on with what comes, prints nothing twice, and ends by Ctrl-C", async () => {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "bin/cli.ts", ...args("--follow", "--function", "connect")],
    { cwd: root, env: { ...process.env, ...aws.environment } },
  );
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await waitFor(() => text.includes("a text of the application"), 60_000);
  aws.logs.get(CONNECT)?.push(event(10, "later"));
  await waitFor(() => text.includes("later"), 60_000);
  const ended = once(child, "exit");
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
  expect(text.match(/a text of the application/g)).toHaveLength(1);
});

test("a line that is read tells its level, also where none is written", () => {
  const level = (text: unknown) => readLine("lane", { at, text: JSON.stringify(text) }).level;
  expect(level({ level: "warn", message: "x" })).toBe("WARN");
  expect(level({ type: "platform.start" })).toBe("TRACE");
  expect(level("plain")).toBe("INFO");
  expect(isAtLeast("ERROR", "WARN")).toBe(true);
  expect(isAtLeast("INFO", "WARN")).toBe(false);
  const printer = new Printer();
  const line = readLine("lane", { at, text: JSON.stringify({ level: "INFO", message: "a\nb" }) });
  expect(printer.describe(line)).toMatch(/INFO {2}a\n {4}b$/);
});
