import { isIP } from "node:net";
import { io } from "socket.io-client";
import { within } from "../clients";
import { finding, type Probe } from "../probe";

const FORGED = { "x-lambda-rooms-origin": "forged", "x-lambda-rooms-address": "198.51.100.1" };

export const site: Probe = {
  number: 17,
  title: "one host",
  does: "through CloudFront: a stock client with the default path, a file, a route, long-polling; past it: the function",
  expected: "an echo, with the client's own address and host; 200; 200; 400; 403",
  minutes: 1,
  usd: 0,
  async run({ deployment: { site: url, httpUrl } }) {
    const { host } = new URL(url);
    const handshake = await throughSite(url);
    const file = await fetch(`${url}/socket.io/socket.io.js`);
    const route = await fetch(`${url}/about?x=1`, { headers: FORGED });
    const about = (await route.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
    const { status: polling } = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    const { status: direct } = await fetch(`${httpUrl}about`, { headers: FORGED });
    const type = file.headers.get("content-type");
    return finding(
      { handshake, file: { status: file.status, type }, about, polling, direct },
      {
        "the handshake has the client's host": handshake.host === host,
        "the handshake has an address that the client cannot choose": isOwnAddress(
          handshake.address,
        ),
        "the client's file, as text in UTF-8":
          file.status === 200 && /javascript; charset=utf-8$/.test(type ?? ""),
        "a route has host and query": about.host === host && about.url === "/about?x=1",
        "a route has an address that the client cannot choose": isOwnAddress(about.from),
        "long-polling refused with 400": polling === 400,
        "the function refuses what comes past the site": direct === 403,
      },
    );
  },
};

/** Whether it is an address at all, and not the one that the client has written. */
function isOwnAddress(address: unknown): boolean {
  return isIP(String(address)) !== 0 && address !== FORGED["x-lambda-rooms-address"];
}

interface Handshake {
  readonly address: string;
  readonly host: string;
}

/** What the application sees of a stock client that gives no path. */
async function throughSite(url: string): Promise<Handshake> {
  const socket = io(url, { transports: ["websocket"], forceNew: true, extraHeaders: FORGED });
  try {
    const connected = new Promise<void>((resolve) => socket.once("connect", resolve));
    await within("a connection through the site", connected);
    return await socket.emitWithAck("handshake");
  } finally {
    socket.io._close();
  }
}
