import { assembly, listen, TestStack, waitFor } from "../support/clients";

/** Broadcasts to more than five members are cut: the queue of parts and its function, with stock clients. */

let test_: TestStack;
beforeAll(async () => {
  test_ = await TestStack.start(assembly("ASSEMBLY_OF_LARGE_ROOMS"));
});
afterAll(() => test_.close());

test("a large room hears everything once and in order, the sender not what is for the others", async () => {
  const clients = await Promise.all(Array.from({ length: 9 }, () => test_.connect()));
  const [sender] = clients as [(typeof clients)[number]];
  await Promise.all(clients.map((client) => client.emitWithAck("join", ["big"])));
  const heard = clients.map((client) => listen(client));
  for (let n = 0; n < 5; n++) {
    sender.emit("emit", { via: "socket", to: ["big"], event: "others", args: [n] });
    sender.emit("emit", { via: "io", to: ["big"], event: "all", args: [n] });
  }
  await waitFor(() => heard.every((events, at) => events.length >= (at === 0 ? 5 : 10)));
  await test_.stack.idle();
  const numbers = [0, 1, 2, 3, 4];
  expect(heard[0]).toEqual(numbers.map((n) => ["all", n]));
  for (const events of heard.slice(1)) {
    expect(events).toEqual(
      numbers.flatMap((n) => [
        ["others", n],
        ["all", n],
      ]),
    );
  }
  const { functions } = test_.stack.statistics();
  const [, fanOut] = Object.entries(functions).find(([name]) => /FanOut/.test(name)) ?? [];
  expect(fanOut?.invocations).toBe(10);
  expect(test_.stack.deadLetters()).toEqual([]);
});

test("everyone but a client that has left", async () => {
  const clients = await Promise.all(Array.from({ length: 9 }, () => test_.connect()));
  const [sender, gone] = clients as [(typeof clients)[number], (typeof clients)[number]];
  gone.disconnect();
  const heard = clients.map((client) => listen(client));
  await sender.emitWithAck("emit", { via: "io", to: [], event: "news", args: [] });
  await test_.stack.idle();
  expect(heard.map((events) => events.length)).toEqual(
    clients.map((one) => (one === gone ? 0 : 1)),
  );
});
