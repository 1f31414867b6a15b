import { setTimeout as sleep } from "node:timers/promises";
import type { Socket } from "socket.io-client";
import { finding, type Probe } from "../probe";

interface Count {
  readonly received: number;
  readonly swaps: number;
}

export const order: Probe = {
  number: 5,
  title: "order of frames",
  does: "10 sockets send 200 numbered frames each: all at once, then one each millisecond",
  expected: "every frame once, in order",
  minutes: 1,
  usd: 0.02,
  async run({ clients, scale }) {
    const sockets = await clients.many(scale.orderedSockets);
    const atOnce = await count(sockets, scale.frames, 0);
    const paced = await count(sockets, scale.frames, 1);
    const expected = scale.orderedSockets * scale.frames;
    return finding(
      { frames: expected, atOnce, paced },
      {
        "no swap of frames sent at once": atOnce.swaps === 0,
        "no swap of frames a millisecond apart": paced.swaps === 0,
        "no frame lost or repeated": atOnce.received === expected && paced.received === expected,
      },
    );
  },
};

async function count(sockets: readonly Socket[], frames: number, paceMs: number): Promise<Count> {
  const counts = await Promise.all(
    sockets.map(async (socket) => {
      for (let n = 0; n < frames; n++) {
        socket.emit("number", n);
        if (paceMs > 0) await sleep(paceMs);
      }
      return await settle(socket, frames);
    }),
  );
  return {
    received: counts.reduce((sum, { received }) => sum + received, 0),
    swaps: counts.reduce((sum, { swaps }) => sum + swaps, 0),
  };
}

/** A question that overtakes frames is itself a swap, and the rest is then counted by the next question. */
async function settle(socket: Socket, frames: number): Promise<Count> {
  const first: Count = await socket.timeout(60_000).emitWithAck("numbers");
  if (first.received >= frames) return first;
  await sleep(2000);
  const rest: Count = await socket.timeout(60_000).emitWithAck("numbers");
  return { received: first.received + rest.received, swaps: first.swaps + rest.swaps + 1 };
}
