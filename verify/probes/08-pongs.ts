import { setTimeout as sleep } from "node:timers/promises";
import { finding, type Probe } from "../probe";

const PONGS = 50;

export const pongs: Probe = {
  number: 8,
  title: "pongs",
  does: `sends ${PONGS} pongs in a minute of their own and reads the lane function's invocations`,
  expected: "an invocation for about a fifth of them: the event source's filter deletes the others",
  minutes: 5,
  usd: 0,
  async run({ platform, clients }) {
    const socket = await clients.rawConnected();
    const send = async () => {
      for (let n = 0; n < PONGS; n++) {
        socket.send("3");
        await sleep(10);
      }
      // For those that are still on their way.
      await sleep(1000);
    };
    const marker = async () => {
      socket.send('421["echo","marker"]');
      await socket.frame((text) => text.startsWith("431"));
    };
    const invocations = await platform.countInvocations(send, marker);
    await marker();
    return finding(
      { pongs: PONGS, invocations, connection: socket.closed ? "closed" : "open" },
      {
        "some are counted": invocations > 0,
        "most are not": invocations < PONGS / 2,
        "the connection stays": !socket.closed,
      },
    );
  },
};
