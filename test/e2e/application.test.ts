import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { Table } from "../../src/store/dynamo/table";
import { assembly, listen, TestStack, waitFor } from "../support/clients";

/** `ordering: "application"` on the whole stack: one lane, whose container stays, or is another for each batch. */

describe.each([
  ["another container for each batch", true],
  ["one container that stays", false],
])("with %s", (_, freshContainers) => {
  let test_: TestStack;
  beforeAll(async () => {
    test_ = await TestStack.start(assembly("ASSEMBLY_OF_APPLICATION"), { freshContainers });
  });
  afterAll(() => test_.close());

  test("serves stock and JSON clients", async () => {
    const stock = await test_.connect();
    const json = await test_.plain();
    const heard = listen(stock);
    await json.act({ action: "join", room: "r" });
    await stock.emitWithAck("join", ["r"]);
    await stock.emitWithAck("emit", { via: "io", to: ["r"], event: "hi", args: [1] });

    expect(heard).toEqual([["hi", 1]]);
    await waitFor(() => json.messages.some(({ event }) => event === "hi"));
  });

  test("acks reach the handler that awaits them while it holds the lane", async () => {
    const asker = await test_.connect();
    const asked = await test_.connect();
    for (const socket of [asker, asked]) {
      socket.on("question", (question, answer) => answer(`${socket.id} on ${question}`));
      await socket.emitWithAck("join", ["panel"]);
    }
    expect(await asker.emitWithAck("ask me", "this")).toBe(`${asker.id} on this`);
    const answers: string[] = await asker.emitWithAck("ask all", "panel");
    expect(answers.sort()).toEqual([asker, asked].map(({ id }) => `${id} on all`).sort());
  });

  test("bytes of stock clients arrive, which come in several frames", async () => {
    const client = await test_.connect("/", { forceBase64: true });
    const back = new Promise((resolve) => client.once("bytes back", resolve));
    client.emit("bytes", Buffer.from("abc"));
    expect(await back).toEqual(Buffer.from("abc"));
  });

  test("the end of a connection is handled", async () => {
    const watcher = await test_.connect();
    const leaver = await test_.connect();
    const { id } = leaver;
    watcher.emit("watch");
    await watcher.emitWithAck("echo");
    const heard = listen(watcher);
    leaver.io.engine.close();
    await waitFor(() => heard.length >= 2);
    expect(heard).toContainEqual(["saw disconnect", id, "transport close", []]);
  });

  test("keeps one container, or uses others", async () => {
    const client = await test_.connect();
    const before = restores(test_);
    for (let n = 0; n < 5; n++) await client.emitWithAck("echo", n);
    expect(restores(test_) - before).toBe(freshContainers ? 5 : 0);
  });
});

test("an event that ends the container becomes a dead letter, and what came with it is handled", async () => {
  // What has ended its container comes again after a second and not after six minutes.
  const timings = { maximumVisibilityMs: 1500 };
  const name = assembly("ASSEMBLY_OF_APPLICATION");
  const running = await TestStack.start(name, { timings, freshContainers: false });
  try {
    const client = await running.connect();
    const other = await running.connect();
    const numbers: number[] = [];
    client.on("number", (n: number) => numbers.push(n));
    client.emit("die");
    for (let n = 1; n <= 5; n++) client.emit("number", n);
    expect(await other.emitWithAck("echo", "meanwhile")).toBe("meanwhile");
    await waitFor(() => numbers.length >= 5, 30_000);
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
    const letters = running.stack.deadLetters().map(({ body, groupId }) => {
      const { body: frame } = JSON.parse(body);
      return [Buffer.from(frame, "base64").toString(), groupId];
    });
    expect(letters).toEqual([['42["die"]', "application"]]);
  } finally {
    await running.close();
  }
}, 120_000);

test("a container that another one has overtaken loads the application once more, in its process", async () => {
  const name = assembly("ASSEMBLY_OF_APPLICATION");
  const running = await TestStack.start(name, { freshContainers: false });
  try {
    const client = await running.connect();
    const ask = () =>
      new Promise<[number, number]>((resolve) => {
        client.emit("container", (...answer: [number, number]) => resolve(answer));
      });
    const [, connects] = await ask();
    const before = restores(running);
    await ask();
    expect(restores(running)).toBe(before);
    await overtake(running);
    const [, again] = await ask();
    // The module has run again in the process, and the socket has kept its data.
    expect([restores(running), again]).toEqual([before + 1, connects]);
    await ask();
    expect(restores(running)).toBe(before + 1);
  } finally {
    await running.close();
  }
}, 60_000);

/** Commits as another container would, that changes nothing. */
async function overtake({ stack }: TestStack): Promise<void> {
  const { AWS_REGION: region = "us-east-1" } = stack.environment;
  const client = new DynamoDBClient({
    endpoint: stack.dynamodbUrl,
    region,
    credentials: stack.credentials,
  });
  const dynamo = DynamoDBDocumentClient.from(client);
  const [table = ""] = Object.values(stack.tableNames);
  const { log } = await new DynamoApplication(new Table(dynamo, table)).read();
  expect(await log.commit({ set: new Map(), removed: [], messages: [] })).toBe(true);
  client.destroy();
}

/** How often the application was restored. */
function restores({ log }: TestStack): number {
  return log.filter(({ text }) => text.includes("The application was restored")).length;
}
