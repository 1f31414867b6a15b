import { assembly, TestStack, waitFor } from "../support/clients";

let running: TestStack;
beforeAll(async () => {
  running = await TestStack.start(assembly("ASSEMBLY"));
});
afterAll(() => running.close());

test("at level WARN metrics still arrive, and no line about sockets that come and go", async () => {
  const quiet = await TestStack.start(assembly("ASSEMBLY_OF_LARGE_ROOMS"));
  try {
    const client = await quiet.connect();
    const events = () => quiet.stack.statistics().metrics["LambdaRooms/Events"]?.sum ?? 0;
    await waitFor(async () => {
      await client.emitWithAck("join", ["room"]);
      return events() > 0;
    });
    client.emit("throw");
    await waitFor(() => quiet.log.some(({ text }) => text.includes('"level":"ERROR"')));
    expect(quiet.log.filter(({ text }) => text.includes('"level":"INFO"'))).toEqual([]);
  } finally {
    await quiet.close();
  }
});

/** What a user says, or is known by: nothing of it belongs into a log. */
const SECRET = "s3cr3t-of-a-user";

test("metrics and logs say what happened and to whom, and nothing of what was said", async () => {
  const listener = await running.connect("/", { auth: { token: SECRET } });
  const speaker = await running.connect("/", {
    auth: { token: SECRET },
    extraHeaders: { cookie: `session=${SECRET}` },
    query: { key: SECRET },
  });
  const json = await running.plain();
  const { id: socketId } = speaker;
  await listener.emitWithAck("join", ["room"]);
  const heard: unknown[] = [];
  listener.on(SECRET, (...args) => heard.push(...args));
  const request = { via: "io", to: ["room"], event: SECRET, args: [SECRET] };
  await speaker.emitWithAck("emit", request);
  speaker.emit("throw", SECRET);
  speaker.emit(SECRET, { [SECRET]: SECRET });
  json.send({ action: SECRET, text: SECRET });
  json.send(`{"action":"emit","event":"${SECRET}","args":["${SECRET}"]`);
  await waitFor(() => heard.length > 0);
  speaker.disconnect();
  await running.stack.idle();
  const metrics = () => running.stack.statistics().metrics;
  const sum = (name: string) => metrics()[`LambdaRooms/${name}`]?.sum ?? 0;
  // A container tells at its next event what it has counted; one that has been put away tells it never.
  await waitFor(async () => {
    const passing = await running.connect();
    await passing.emitWithAck("emit", request);
    passing.emit("throw", SECRET);
    passing.disconnect();
    await listener.emitWithAck("join", ["room"]);
    return sum("HandlerErrors") > 0 && sum("ConnectionsEnded") > 0 && sum("FanOutTime") > 0;
  });
  expect(sum("ConnectionsOpened")).toBeGreaterThan(0);
  expect(sum("Events")).toBeGreaterThan(2);
  expect(sum("PostsDelivered")).toBeGreaterThan(3);
  expect(sum("ColdStarts")).toBeGreaterThan(1);
  expect(metrics()["LambdaRooms/LaneAge"]?.count).toBeGreaterThan(2);
  await running.stack.runSchedules();
  expect(sum("Connections")).toBe(2);

  const lines = running.log.map(({ text }) => text);
  expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
  expect(lines.filter((line) => line.includes("_aws"))).toEqual([]);
  const said = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const about = { connectionId: expect.any(String), namespace: "/", socketId };
  for (const message of ["A socket connected", "A socket disconnected"]) {
    expect(said).toContainEqual({
      timestamp: expect.any(String),
      level: "INFO",
      requestId: expect.any(String),
      message: expect.objectContaining({ message, ...about }),
    });
  }
  const failed = said.filter(({ level }) => level === "ERROR").map(({ message }) => message);
  const error = expect.stringContaining("Error");
  expect(failed).toContainEqual(expect.objectContaining({ ...about, error }));
});
