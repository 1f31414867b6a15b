import { connect, cutClients } from "./support/client";
import { acceptSource, laneSource } from "./support/functions";
import { lane, plainTemplate, webSocketApi } from "./support/resources";
import { closeStacks, startStack } from "./support/stack";

afterEach(async () => {
  cutClients();
  await closeStacks();
});

test("carries a frame through queue and function back to its connection", async () => {
  const t0 = performance.now();
  const stack = await startStack({
    functions: { Connect: acceptSource, Lane: laneSource },
    resources: {
      ...webSocketApi({
        $connect: { function: "Connect" },
        $default: { queue: "Queue", template: plainTemplate },
      }),
      ...lane("Queue", "Lane"),
    },
  });
  const t1 = performance.now();
  const client = await connect(stack.webSocketUrl);
  const t2 = performance.now();
  const ms: number[] = [];
  for (let i = 0; i < 10; i++) {
    const t = performance.now();
    client.send(`hello "${i}" é`);
    expect(await client.next()).toBe(`hello "${i}" é`);
    ms.push(performance.now() - t);
  }
  await stack.idle();
  console.log(t1 - t0, t2 - t1, ms.map((x) => x.toFixed(0)).join(" "), JSON.stringify(stack.statistics()), stack.lines);
});
