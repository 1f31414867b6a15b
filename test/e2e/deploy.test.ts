import { assembly, listen, TestStack, waitFor } from "../support/clients";

let running: TestStack;
beforeAll(async () => {
  running = await TestStack.start(assembly("ASSEMBLY"));
});
afterAll(() => running.close());

/** Counters of the lane function. */
function lane() {
  const { functions } = running.stack.statistics();
  const [, found] = Object.entries(functions).find(([id]) => id.includes("FunctionsLane")) ?? [];
  return found as { readonly invocations: number };
}

test("deploying disconnects no client, and the new version serves those connected", async () => {
  const one = await running.connect();
  const two = await running.connect();
  const heard = [listen(one), listen(two)];
  await one.emitWithAck("join", ["room"]);
  await two.emitWithAck("join", ["room"]);
  const [, connects] = await new Promise<unknown[]>((resolve) =>
    one.emit("container", (...answer: unknown[]) => resolve(answer)),
  );
  // An event is being handled while the functions are replaced: it ends as it began.
  const { invocations: before } = lane();
  two.emit("slow", -1000);
  await waitFor(() => lane().invocations > before);
  running.stack.deploy(assembly("ASSEMBLY_DEPLOYED"));
  const known = await new Promise<unknown[]>((resolve) =>
    one.emit("version", (...answer: unknown[]) => resolve(answer)),
  );
  expect(known).toEqual([2, connects, 2]);
  await one.emitWithAck("say", "room");
  await waitFor(() => heard.every((events) => events.at(-1)?.[0] === "said by the new version"));
  await waitFor(() => heard[1]?.some(([name, n]) => name === "slow" && n === -1000) ?? false);
  expect([one.connected, two.connected]).toEqual([true, true]);
  // A replay of the new connection handler says nothing.
  expect(heard.flat().map(([name]) => name)).not.toContain("welcome by the new version");
  const late = running.client();
  await new Promise((resolve) => late.once("welcome by the new version", resolve));
  for (const client of [one, two, late]) client.disconnect();
  await running.stack.idle();
  expect(await running.countItems()).toBe(0);
});
