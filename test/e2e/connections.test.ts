import { assembly, listen, TestStack, waitFor } from "../support/clients";
import { containers } from "./shared";

/** An application whose variables belong to its connections, on the whole stack, with the ordering that `auto` chooses. */

describe.each(containers)("with %s", (_, freshContainers) => {
  let test_: TestStack;
  beforeAll(async () => {
    test_ = await TestStack.start(assembly("ASSEMBLY_OF_CONNECTIONS"), { freshContainers });
  });
  afterAll(() => test_.close());

  test("each connection has variables, instances and acks of its own", async () => {
    const ada = await test_.connect();
    const bob = await test_.connect();
    const heard = listen(ada);
    const page = (client: typeof ada) =>
      new Promise((resolve) => client.emit("page", (...seen: unknown[]) => resolve(seen)));
    ada.emit("visit", "news");
    ada.emit("visit", "about");
    expect(await page(ada)).toEqual(["about", 2]);
    expect(await page(bob)).toEqual(["start", 0]);
    ada.emit("add", "tea", 1);
    ada.emit("add", "tea", 2);
    const answer = ada.emitWithAck("later", "x");
    ada.emit("now", "x", "at last");
    expect(await answer).toBe("at last");
    expect(heard).toEqual([
      ["cart", [["tea", 1]]],
      ["cart", [["tea", 3]]],
    ]);
    const left = listen(bob);
    ada.close();
    await waitFor(() => left.length >= 1);
    expect(left).toEqual([["left", "about", 2]]);
    expect(test_.log.filter(({ text }) => text.includes("cannot be kept"))).toEqual([]);
  });

  test("listeners in listeners go on until they are removed", async () => {
    const client = await test_.connect();
    const heard = listen(client);
    client.emit("watch", "tea");
    client.emit("look");
    client.emit("watch", "milk");
    client.emit("look");
    client.emit("stop");
    client.emit("look");
    await client.emitWithAck("page");
    expect(heard).toEqual([
      ["seen", "tea", 1],
      ["seen", "tea", 2],
      ["seen", "milk", 1],
    ]);
  });

  test("what handlers hold outgrows the connection's own item", async () => {
    const client = await test_.connect();
    client.emit("visit", "p");
    expect(await client.emitWithAck("grow", 20_000)).toBe(20_000);
    client.emit("visit", "end");
    const seen = new Promise((resolve) => client.emit("page", (...all: unknown[]) => resolve(all)));
    expect(await seen).toEqual(["end", 2]);
  });
});
