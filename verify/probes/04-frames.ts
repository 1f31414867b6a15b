import type { Clients } from "../clients";
import { finding, type Probe } from "../probe";

const TEXTS = { ascii: "plain", unicode: "é😀", form: "+&=%$#", quoted: '"\\\n{}' } as const;
const KB = 1024;

export const frames: Probe = {
  number: 4,
  title: "frames",
  does: "sends frames that a mapping template or a form could damage, empty and large ones, binary",
  expected:
    "equal bytes back; a ping closes as in Engine.IO (1000), 33 KB with 1009, binary with 1003",
  minutes: 1,
  usd: 0,
  async run({ clients }) {
    const texts: Record<string, boolean> = {};
    for (const [name, text] of Object.entries({ ...TEXTS, large: "x".repeat(31 * KB - 20) })) {
      texts[name] = (await echo(clients, text)) === `430${JSON.stringify([text])}`;
    }
    const ping = await closeCode(clients, "2");
    const empty = await emptyFrame(clients);
    const tooLarge = await closeCode(clients, "x".repeat(33 * KB));
    const binary = await closeCode(clients, Buffer.from([1, 2, 3]));
    return finding(
      { texts, ping, empty, tooLarge, binary },
      {
        "every text comes back as it was": Object.values(texts).every(Boolean),
        "an empty frame is handled, without an error frame": empty !== "error frame",
        // Engine.IO 4: only the server pings, and a client that does is disconnected.
        "a client's ping ends the connection": ping === 1000,
        "33 KB closes with 1009": tooLarge === 1009,
        "binary closes with 1003": binary === 1003,
      },
    );
  },
};

async function echo(clients: Clients, text: string): Promise<string> {
  const socket = await clients.rawConnected();
  socket.send(`420${JSON.stringify(["echo", text])}`);
  return await socket.frame((frame) => frame.startsWith("430") || isError(frame));
}

/** Engine.IO closes a connection that sends one; an error frame would say that the template failed. */
async function emptyFrame(clients: Clients): Promise<"closed" | "ignored" | "error frame"> {
  const socket = await clients.rawConnected();
  socket.send("");
  socket.send('420["echo","behind it"]');
  const isAnswer = (text: string) => text.startsWith("430") || isError(text);
  const isDone = () => socket.closed !== undefined || socket.frames.some(isAnswer);
  await socket.until("an answer or the end", isDone);
  if (socket.frames.some(isError)) return "error frame";
  return socket.closed === undefined ? "ignored" : "closed";
}

async function closeCode(clients: Clients, frame: string | Buffer): Promise<number | undefined> {
  const socket = await clients.rawConnected();
  socket.send(frame);
  await socket.until("the end", () => socket.closed !== undefined);
  return socket.closed?.code;
}

/** API Gateway's own JSON: `{"message": "Internal server error", …}`. */
function isError(frame: string): boolean {
  return frame.startsWith('{"message"');
}
