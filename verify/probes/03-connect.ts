import { finding, type Probe } from "../probe";
import { spread } from "../statistics";

/** Posts to a new connection get 410 for a while; the delivery tries again for about so long. */
const FIRST_POST_MS = 3000;

export const connect: Probe = {
  number: 3,
  title: "connecting",
  does: "opens 20 connections, one after another, and times each step",
  expected: `101, then \`0{\` and \`40\`, the first post within ${FIRST_POST_MS} ms of the upgrade`,
  minutes: 1,
  usd: 0,
  async run({ platform, clients, scale }) {
    const postsGone = platform.watchMetric("PostsGone");
    const upgrades: number[] = [];
    const opens: number[] = [];
    const connects: number[] = [];
    for (let n = 0; n < scale.connects; n++) {
      const socket = clients.raw();
      const start = performance.now();
      await socket.frame((text) => text.startsWith("0{"));
      const opened = performance.now();
      upgrades.push(socket.upgradeMs ?? Number.NaN);
      opens.push(opened - start - (socket.upgradeMs ?? 0));
      socket.send("40");
      await socket.frame((text) => text.startsWith("40"));
      connects.push(performance.now() - opened);
      socket.close();
    }
    return finding(
      {
        upgradeMs: spread(upgrades),
        openAfterUpgradeMs: spread(opens),
        connectMs: spread(connects),
        postsGone: await postsGone(),
      },
      { [`\`0{\` within ${FIRST_POST_MS} ms`]: Math.max(...opens) < FIRST_POST_MS },
    );
  },
};
