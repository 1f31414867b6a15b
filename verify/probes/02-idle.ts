import { setTimeout as sleep } from "node:timers/promises";
import type { RawSocket } from "../clients";
import { type Context, finding, type Probe } from "../probe";

/** How often the socket with control pings sends one, as a share of the idle limit. */
const PING_SHARE = 0.1;

export const idle: Probe = {
  number: 2,
  title: "idle connections",
  does: "pauses the heartbeat; holds a silent socket, one with WebSocket pings, one that receives data",
  expected: "the silent socket is cut at 600 s; data keeps a connection; pings are reported",
  minutes: 14,
  usd: 0,
  isBackground: true,
  run(context) {
    return context.platform.withIdleLimit((endpoint) => holdIdle(context, endpoint));
  },
};

async function holdIdle({ platform, clients, signal }: Context, endpoint: string) {
  const { idleMs } = platform;
  await platform.pauseHeartbeat();
  const silent = await clients.rawConnected(endpoint);
  const silentSince = Date.now();
  const pinging = await clients.rawConnected(endpoint);
  const pings = setInterval(() => pinging.webSocket.ping(), idleMs * PING_SHARE);
  // Data is asked for once, late, as the heartbeat would send its ping.
  const fed = await clients.rawConnected(endpoint);
  try {
    await sleep(idleMs * 0.8, undefined, { signal });
    fed.send('420["echo","data"]');
    await fed.frame((text) => text === '430["data"]');
    await silent.until("the cut", () => silent.closed !== undefined, idleMs);
    // The other two get the time in which they would have been cut as well.
    await sleep(idleMs * 0.3, undefined, { signal });
  } finally {
    clearInterval(pings);
  }
  const seconds = ((silent.closed?.at ?? 0) - silentSince) / 1000;
  const limit = idleMs / 1000;
  return finding(
    {
      ...{ silentCutAfterSeconds: Math.round(seconds), closeCode: silent.closed?.code },
      withControlPings: state(pinging),
      withData: state(fed),
    },
    {
      [`the silent socket cut at about ${limit} s`]:
        seconds > 0.95 * limit && seconds < 1.5 * limit,
      "data resets the idle timer": fed.closed === undefined,
    },
  );
}

function state({ closed }: RawSocket): string {
  return closed === undefined ? "open" : `closed with ${closed.code}`;
}
