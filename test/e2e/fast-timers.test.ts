import { assembly, TestStack, waitFor } from "../support/clients";
import { containers } from "./shared";

/** A loop of 50 ticks a second, with `fastTimers`. */

test.each(containers)(
  "with %s, ticks go on, events pass between them, and no client means no tick",
  async (_, freshContainers) => {
    const stack = await TestStack.start(assembly("ASSEMBLY_OF_LOOP"), { freshContainers });
    try {
      const client = await stack.connect();
      const ticks: number[] = [];
      client.on("tick", (tick: number) => ticks.push(tick));
      await waitFor(() => ticks.length >= 60, 60_000);
      const where: number = await client.timeout(60_000).emitWithAck("where");
      await waitFor(() => (ticks.at(-1) ?? 0) > where, 60_000);
      const [first = 0] = ticks;
      expect(ticks).toEqual(ticks.map((_, index) => first + index));
      client.close();
      // Slices that went on would leave no time without a message.
      await stack.stack.idle();
      const later = await stack.connect();
      expect(await later.timeout(60_000).emitWithAck("where")).toBeGreaterThanOrEqual(where);
    } finally {
      await stack.close();
    }
  },
  120_000,
);
