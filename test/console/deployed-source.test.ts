import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ConsoleSource, Passed } from "../../console/source";
import { findDeployment } from "../../console/sources/find-deployment";
import { assembly, TestStack, waitFor } from "../support/clients";
import { runSourceTests } from "./source-contract";

/**
 * The console's source for a deployment, against the services of a local stack: DynamoDB, SQS and the publish endpoint
 * with their signatures. CloudFormation, CloudWatch and its logs answer here as their API references say.
 */

const requests: { readonly service: string; readonly input: URLSearchParams }[] = [];
const before = { ...process.env };
let stack: TestStack;
let source: ConsoleSource;
let aws: Server;
beforeAll(async () => {
  stack = await TestStack.start(assembly());
  aws = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    response.end(answer(request, body));
  });
  await new Promise<void>((resolve) => aws.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
  const services = ["CLOUDFORMATION", "CLOUDWATCH", "CLOUDWATCH_LOGS"];
  for (const name of services) process.env[`AWS_ENDPOINT_URL_${name}`] = url;
  Object.assign(process.env, stack.stack.environment);
  source = await findDeployment({
    ...{ stackName: "Chat", followsLogs: true },
    tableEndpoint: stack.stack.dynamodbUrl,
  });
});
afterAll(async () => {
  process.env = before;
  aws?.close();
  await stack?.close();
});

runSourceTests(() => ({ stack, source }));

const XML: Readonly<Record<string, () => string>> = {
  DescribeStacks: () => {
    const { tableNames, functionUrls } = stack.stack;
    const publish = Object.entries(functionUrls).find(([id]) => id.includes("FunctionsPublish"));
    const outputs = { Table: Object.values(tableNames)[0], PublishUrl: publish?.[1] };
    return `<?xml version="1.0"?><DescribeStacksResponse xmlns="x"><DescribeStacksResult><Stacks><member><Outputs>${Object.entries(
      outputs,
    )
      .map(
        ([key, value]) =>
          `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
      )
      .join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  },
  ListStackResources: () => {
    const queues = Object.entries(stack.stack.queueUrls).map(([id, url]) => [
      id,
      "SQS::Queue",
      url,
    ]);
    const others = [
      ["RoomsFunctionsLaneDEA66BD8", "Lambda::Function", "Chat-Lane-1"],
      ["RoomsFunctionsLaneLog430DD270", "Logs::LogGroup", "Chat-LaneLog-1"],
      ["RoomsGatewayAccessLogsD60DD1B6", "Logs::LogGroup", "Chat-AccessLogs"],
    ];
    const members = [...queues, ...others].map(
      ([logical, type, physical]) =>
        `<member><LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>AWS::${type}</ResourceType></member>`,
    );
    return `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>${members.join("")}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;
  },
  GetMetricData: () => {
    const minute = new Date(Math.floor(Date.now() / 60_000 - 5) * 60_000).toISOString();
    const hour = new Date(Date.now() - 3_000_000).toISOString();
    const member = (id: string, at: string, value: number) =>
      `<member><Id>${id}</Id><Timestamps><member>${at}</member></Timestamps><Values><member>${value}</member></Values></member>`;
    return `<GetMetricDataResponse><GetMetricDataResult><MetricDataResults>${[
      member("events0", minute, 12),
      member("errors0", minute, 1),
      member("errors1", minute, 2),
      member("waitP950", minute, 81.5),
      member("connections0", minute, 7),
      member("invocations0", hour, 99),
    ].join("")}</MetricDataResults></GetMetricDataResult></GetMetricDataResponse>`;
  },
};

const line = (level: string, message: object) => JSON.stringify({ level, message });
let logged: { eventId: string; timestamp: number; message: string }[] = [];

/** Refuses what is not signed for its service. */
function answer({ headers }: IncomingMessage, body: string): string {
  const [, service = ""] =
    /\/us-east-1\/(\w+)\/aws4_request/.exec(headers.authorization ?? "") ?? [];
  if (service === "logs") {
    if (headers["x-amz-target"] !== "Logs_20140328.FilterLogEvents") return "{}";
    const { logGroupName, startTime } = JSON.parse(body);
    expect(logGroupName).toBe("Chat-LaneLog-1");
    return JSON.stringify({ events: logged.filter(({ timestamp }) => timestamp >= startTime) });
  }
  const input = new URLSearchParams(body);
  requests.push({ service, input });
  return service === "" ? "" : (XML[input.get("Action") ?? ""]?.() ?? "");
}

test("charts are CloudWatch's metrics of the construct, by the minute", async () => {
  const { stepMs, series } = await source.charts(60);
  expect(stepMs).toBe(60_000);
  expect(series.events.filter((value) => value)).toEqual([12]);
  expect(series.errors.filter((value) => value)).toEqual([3]);
  expect(series.waitP95.filter((value) => value !== null)).toEqual([81.5]);
  expect(series.waitMedian.every((value) => value === null)).toBe(true);
  // The heartbeat counts connections each 8 minutes: the number holds until the next.
  expect(series.connections.at(-1)).toBe(7);
  const { service, input } = requests.at(-1) as (typeof requests)[number];
  expect(service).toBe("monitoring");
  const first = "MetricDataQueries.member.1.MetricStat";
  expect(input.get(`${first}.Metric.Namespace`)).toBe("LambdaRooms");
  expect(input.get(`${first}.Metric.MetricName`)).toBe("Events");
  expect(input.get(`${first}.Metric.Dimensions.member.1.Value`)).toBe("Chat/Rooms");
  expect(input.get(`${first}.Period`)).toBe("60");
});

test("functions are those of the construct, with what they did in an hour", async () => {
  expect(await source.functions()).toEqual([
    { name: "lane", invocations: 99, errors: 3 - 2, throttles: 0 },
  ]);
});

test("problems are the log's warnings and errors, each once", async () => {
  const error = "Error: full\n    at play (/var/task/app/server.js:3:1)";
  const message = line("ERROR", { message: "It failed", error });
  logged = [{ eventId: "1", timestamp: Date.now(), message }];
  for (let times = 0; times < 2; times++) {
    expect(await source.problems()).toEqual([
      expect.objectContaining({ message: "It failed", function: "lane", count: 1 }),
    ]);
  }
});

test("live events follow the log, filtered, each line once", async () => {
  const about = (room: string) => ({
    message: "join",
    namespace: "/",
    socketId: "s1",
    rooms: [room],
  });
  const now = Date.now();
  logged = [
    { eventId: "2", timestamp: now, message: line("DEBUG", about("lobby")) },
    { eventId: "3", timestamp: now, message: line("DEBUG", about("other")) },
  ];
  const heard: Passed[] = [];
  const stop = source.listen({ room: "lobby" }, (batch) => heard.push(...batch));
  await waitFor(() => heard.length > 0);
  logged.push({ eventId: "4", timestamp: Date.now(), message: line("DEBUG", about("lobby")) });
  await waitFor(() => heard.length > 1);
  stop();
  expect(heard).toMatchObject([
    { kind: "debug", name: "join", socket: "s1", namespace: "/" },
    { name: "join" },
  ]);
  expect(await source.payload(heard[0]?.id as number)).toContain('"lobby"');
});

test("without --events and without a publish URL, the console says how to turn them on", async () => {
  const [table] = Object.values(stack.stack.tableNames);
  const { dynamodbUrl: tableEndpoint } = stack.stack;
  const only = await findDeployment({ table, tableEndpoint, followsLogs: false });
  const { eventsHint, actionsHint } = await only.about();
  expect(eventsHint).toContain("--events");
  expect(actionsHint).toContain("--publish-url");
  const act = only.act({ type: "leave", namespace: "/", rooms: [], except: [], target: ["a"] });
  await expect(act).rejects.toThrow("--publish-url");
  expect(await only.functions()).toEqual([]);
  expect(await only.queues()).toEqual([]);
});
