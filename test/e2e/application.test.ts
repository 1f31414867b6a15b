import { createDynamo } from "../../src/aws/services";
import { DynamoApplication } from "../../src/store/dynamo/application";
import { Table } from "../../src/store/dynamo/table";
import { assembly, TestStack } from "../support/clients";
import {
  containers,
  handlesTheEndOfAConnection,
  outlivesAnEventThatEndsItsContainer,
  servesBothKindsOfClients,
  soonAgain,
} from "./shared";

/** `ordering: "application"` on the whole stack: one lane, whose container stays, or is another for each batch. */

describe.each(containers)("with %s", (_, freshContainers) => {
  let test_: TestStack;
  beforeAll(async () => {
    test_ = await TestStack.start(assembly("ASSEMBLY_OF_APPLICATION"), { freshContainers });
  });
  afterAll(() => test_.close());

  test("serves stock and JSON clients", () => servesBothKindsOfClients(test_));

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

  test("the end of a connection is handled", () => handlesTheEndOfAConnection(test_));

  test("keeps one container, or uses others", async () => {
    const client = await test_.connect();
    const before = restores(test_);
    for (let n = 0; n < 5; n++) await client.emitWithAck("echo", n);
    expect(restores(test_) - before).toBe(freshContainers ? 5 : 0);
  });
});

test("an event that ends the container becomes a dead letter, and what came with it is handled", async () => {
  const name = assembly("ASSEMBLY_OF_APPLICATION");
  const running = await TestStack.start(name, { timings: soonAgain, freshContainers: false });
  try {
    await outlivesAnEventThatEndsItsContainer(running, () => "application");
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
  const dynamo = createDynamo({
    region,
    credentials: () => stack.credentials,
    variables: { AWS_ENDPOINT_URL: stack.dynamodbUrl },
  });
  const [table = ""] = Object.values(stack.tableNames);
  const { log } = await new DynamoApplication(new Table(dynamo, table)).read();
  expect(await log.commit({ set: new Map(), removed: [], messages: [] })).toBe(true);
}

/** How often the application was restored. */
function restores({ log }: TestStack): number {
  return log.filter(({ text }) => text.includes("The application was restored")).length;
}
