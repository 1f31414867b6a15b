import { listen, type TestStack, waitFor } from "../support/clients";

/** What holds with each ordering: the scripts that its test files play. */

/** For tests that hold with another container for each batch, and with one that stays. */
export const containers = [
  ["another container for each batch", true],
  ["one container that stays", false],
] as const;

export async function servesBothKindsOfClients(stack: TestStack): Promise<void> {
  const stock = await stack.connect();
  const json = await stack.plain();
  const heard = listen(stock);
  await json.act({ action: "join", room: "r" });
  await stock.emitWithAck("join", ["r"]);
  await stock.emitWithAck("emit", { via: "io", to: ["r"], event: "hi", args: [1] });
  expect(heard).toEqual([["hi", 1]]);
  await waitFor(() => json.messages.some(({ event }) => event === "hi"));
}

export async function handlesTheEndOfAConnection(stack: TestStack): Promise<void> {
  const watcher = await stack.connect();
  const leaver = await stack.connect();
  const { id } = leaver;
  watcher.emit("watch");
  await watcher.emitWithAck("echo");
  const heard = listen(watcher);
  leaver.io.engine.close();
  await waitFor(() => heard.length >= 2);
  expect(heard).toContainEqual(["saw disconnect", id, "transport close", []]);
}

/** What has ended its container comes again after a second and not after six minutes. */
export const soonAgain = { maximumVisibilityMs: 1500 };

/**
 * A client's event ends its container; those behind it are handled in their order, and others go on meanwhile.
 *
 * @param count how many come behind it
 * @param limitMs for all of them
 */
export async function goesOnAfter(stack: TestStack, event: string, count: number, limitMs: number) {
  const client = await stack.connect();
  const other = await stack.connect();
  const numbers: number[] = [];
  client.on("number", (n: number) => numbers.push(n));
  const sent = Array.from({ length: count }, (_, index) => index + 1);
  client.emit(event);
  for (const n of sent) client.emit("number", n);
  expect(await other.emitWithAck("echo", "meanwhile")).toBe("meanwhile");
  await waitFor(() => numbers.length >= count, limitMs);
  expect(numbers).toEqual(sent);
  return client;
}

/** @param groupOf the message group of a client's events */
export async function outlivesAnEventThatEndsItsContainer(
  stack: TestStack,
  groupOf: (connectionId: string | undefined) => string | undefined,
): Promise<void> {
  const client = await goesOnAfter(stack, "die", 5, 30_000);
  const letters = stack.stack.deadLetters().map(({ body, groupId }) => {
    const { body: frame } = JSON.parse(body);
    return [Buffer.from(frame, "base64").toString(), groupId];
  });
  expect(letters).toEqual([['42["die"]', groupOf(client.io.engine.id)]]);
  expect(client.connected).toBe(true);
}
