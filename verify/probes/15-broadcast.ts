import type { Socket } from "socket.io-client";
import { within } from "../clients";
import { finding, type Probe } from "../probe";
import { spread } from "../statistics";

const ROUNDS = 5;
/** Enough of them fill the buffers of a reader that has stopped. */
const LARGE = "x".repeat(20_000);
const LARGE_ROUNDS = 10;

export const broadcast: Probe = {
  number: 15,
  title: "a broadcast, and a reader that has stopped",
  does: "200 sockets in a room: times of arrival; again with one client that no longer reads",
  expected: "every socket hears every broadcast; a stopped reader slows no other",
  minutes: 2,
  usd: 0.02,
  async run({ platform, clients, scale }) {
    const throttled = platform.watchMetric("PostsThrottled");
    const sockets: Socket[] = [];
    // In steps: a new account has a concurrency of 10.
    while (sockets.length < scale.crowd) {
      const step = Math.min(10, scale.crowd - sockets.length);
      sockets.push(...(await clients.many(step)));
    }
    const room = "crowd";
    await Promise.all(sockets.map((socket) => socket.emitWithAck("join", room)));
    const [speaker] = sockets as [Socket, ...Socket[]];
    const small = await arrivals(speaker, sockets, "small", ROUNDS);
    const large = await arrivals(speaker, sockets, LARGE, LARGE_ROUNDS);
    const stopped = await clients.rawConnected();
    stopped.send(`420${JSON.stringify(["join", room])}`);
    await stopped.frame((text) => text.startsWith("430"));
    stopped.webSocket.pause();
    const beside = await arrivals(speaker, sockets, LARGE, LARGE_ROUNDS);
    const [plain, slowed] = [spread(large), spread(beside)];
    return finding(
      {
        ...{ sockets: sockets.length, smallMs: spread(small) },
        ...{ largeMs: plain, largeBesideStoppedReaderMs: slowed },
        postsThrottled: await throttled(),
      },
      {
        "a stopped reader slows no other": slowed.p50 < 2 * plain.p50 + 500,
      },
    );
  },
};

/** Milliseconds from the speaker's `emit` to each arrival, of some broadcasts one after another. */
async function arrivals(
  speaker: Socket,
  sockets: readonly Socket[],
  text: string,
  rounds: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const heard = sockets.map(
      (socket) =>
        new Promise<void>((resolve) =>
          socket.once("said", () => {
            times.push(performance.now() - start);
            resolve();
          }),
        ),
    );
    speaker.emit("say", "crowd", text);
    await within("a broadcast at every socket", Promise.all(heard), 60_000);
  }
  return times;
}
