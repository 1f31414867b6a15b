import { finding, type Probe } from "../probe";
import { spread } from "../statistics";

const LIMIT_MS = 1000;

export const slowNeighbour: Probe = {
  number: 7,
  title: "a slow neighbour",
  does: "one client has a handler of 5 s, nine others send two events each at the same time",
  expected: `each fast client has its second ack within ${LIMIT_MS} ms`,
  minutes: 1,
  usd: 0,
  async run({ clients, scale }) {
    const [slow, ...fast] = await clients.many(10);
    // Containers for all of them, so that no cold start is measured.
    await Promise.all(fast.map((socket) => socket.emitWithAck("echo", "warm")));
    const start = performance.now();
    const slowAck = slow?.emitWithAck("slow", scale.slowMs);
    const times = await Promise.all(
      fast.map(async (socket) => {
        await socket.emitWithAck("echo", 1);
        await socket.emitWithAck("echo", 2);
        return performance.now() - start;
      }),
    );
    await slowAck;
    const secondAckMs = spread(times);
    return finding(
      { secondAckMs },
      { [`every second ack within ${LIMIT_MS} ms`]: secondAckMs.max < LIMIT_MS },
    );
  },
};
