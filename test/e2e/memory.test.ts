import { assembly, listen, TestStack, waitFor } from "../support/clients";
import { containers } from "./shared";

/** An application that keeps its state in variables, on the whole stack with `ordering: "application"`. */

describe.each(containers)("with %s", (_, freshContainers) => {
  let test_: TestStack;
  beforeAll(async () => {
    test_ = await TestStack.start(assembly("ASSEMBLY_OF_MEMORY"), { freshContainers });
  });
  afterAll(() => test_.close());

  test("variables of the module and of the connection handler outlive the container", async () => {
    const ada = await test_.connect();
    const bob = await test_.connect();
    expect(await ada.emitWithAck("name", "Ada")).toEqual(["Ada"]);
    expect(await bob.emitWithAck("name", "Bob")).toEqual(["Ada", "Bob"]);
    const heard = listen(bob);
    const say = (text: string) =>
      new Promise((resolve) => ada.emit("say", text, (...counts: number[]) => resolve(counts)));
    expect([await say("hello"), await say("you")]).toEqual([
      [1, 5],
      [2, 8],
    ]);
    ada.emit("whisper", "Bob", "psst");
    await waitFor(() => heard.length >= 3);
    expect(heard).toEqual([
      ["said", "Ada", "hello"],
      ["said", "Ada", "you"],
      ["whispered", "psst"],
    ]);

    const answer = ada.emitWithAck("ask");
    bob.emit("answer", "Ada", "yes");
    expect(await answer).toBe("yes");

    ada.close();
    await waitFor(() => heard.length >= 4);
    expect(heard[3]).toEqual(["gone", "Ada", ["Bob"]]);
    // Ada's socket is in a variable still.
    expect(test_.log.filter(({ text }) => text.includes("cannot be kept"))).toEqual([]);
  });

  test("listeners of any event and middlewares of a socket stay one each", async () => {
    const client = await test_.connect();
    const heard = listen(client);
    const counts: number[] = [];
    for (let n = 0; n < 3; n++) counts.push(await client.emitWithAck("heard"));
    expect(counts).toEqual([1, 2, 3]);
    await waitFor(() => heard.filter(([name]) => name === "any heard").length === 3);
  });

  test("what properties of a socket and `socket.data` hold stays what it is", async () => {
    const client = await test_.connect();
    const win = () => new Promise((done) => client.emit("win", (...seen: unknown[]) => done(seen)));
    expect(await win()).toEqual([null, 0, false, null]);
    client.emit("join");
    expect([await win(), await win()]).toEqual([
      [1, 1, true, true],
      [2, 2, true, true],
    ]);
  });

  test("callbacks that no listener awaits are called before the batch ends", async () => {
    const client = await test_.connect();
    expect(await client.timeout(60_000).emitWithAck("call back")).toBe("true ran");
  });

  test("a countdown goes on while no event comes", async () => {
    const client = await test_.connect();
    const heard = listen(client);
    client.emit("count down", 2);
    const counts = () => heard.filter(([name]) => name === "left").map(([, left]) => left);
    await waitFor(() => counts().length >= 3, 60_000);
    expect(counts()).toEqual([2, 1, 0]);
  }, 90_000);
});
