import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Connections } from "../src/delivery/connections";
import { fanOut } from "../src/delivery/fan-out";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import type { Member } from "../src/ports";
import { createFrame } from "../src/wire/frame";
import { type Bench, cpuOf, type Line, median, spreadOf, startProcess } from "./measure";

/**
 * CPU of one post over TLS: ours against the SDK as it is usually written, and against prebuilt bytes on
 * raw sockets, below which nothing can go. All three in one process, in turns.
 */
export const postCpu: Bench = {
  name: "post-cpu",
  about: "CPU of a post over TLS, against the AWS SDK and against the raw floor",
  async run({ quick, log }) {
    const lines: Line[] = [];
    for (const delayMs of quick ? [0] : [0, 15]) {
      const sink = await startProcess("sink.js", "tls", String(delayMs));
      try {
        lines.push(...(await compare(sink.port, { delayMs, quick, log })));
      } finally {
        sink.process.kill();
      }
    }
    return lines;
  },
};

const credentials = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
  // As long as those of a function's role.
  sessionToken: "t".repeat(700),
};
const region = "us-east-1";
const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
/** 200 bytes, a chat message with its frame. */
const text = `42["message","${"x".repeat(184)}"]`;

/** Rounds that are not counted: connections are opened, code is compiled. */
const WARM_UP = 5;

interface Settings {
  readonly delayMs: number;
  readonly quick: boolean;
  readonly log: (text: string) => void;
}

async function compare(port: number, { delayMs, quick, log }: Settings): Promise<Line[]> {
  const ids = (count: number) =>
    Array.from({ length: count }, (_, n) => `${n.toString(36).padStart(14, "A")}b=`);
  const connections = delayMs === 0 ? 32 : 200;
  const sides = {
    // About as long each, and short: what is compared has to meet the same machine.
    sdk: { post: startSdk(port), count: 200 },
    ours: { post: startOurs(port, connections), count: 4000 },
    floor: { post: await startFloor(port, connections), count: 4000 },
  };
  const cpu: Record<keyof typeof sides, number[]> = { sdk: [], ours: [], floor: [] };
  const rate: Record<keyof typeof sides, number[]> = { sdk: [], ours: [], floor: [] };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const rounds = quick ? 15 : 51;
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const name of names) {
      const { post, count } = sides[name];
      const { cpuUs, ms } = await cpuOf(() => post(ids(count)));
      if (round < 0) continue;
      cpu[name].push(cpuUs / count);
      rate[name].push((count / ms) * 1000);
    }
    if (round >= 0 && round % 10 === 0) {
      const shown = names.map((name) => `${name} ${cpu[name].at(-1)?.toFixed(1)} µs`);
      log(`answers after ${delayMs} ms, round ${round + 1} of ${rounds}: ${shown.join(", ")}`);
    }
  }
  const [ours, sdk, floor] = [median(cpu.ours), median(cpu.sdk), median(cpu.floor)];
  // What runs right after each other is compared, since the machine's speed drifts.
  const ratio = (a: readonly number[], b: readonly number[]) =>
    median(a.map((value, round) => value / (b[round] as number)));
  const suffix = delayMs === 0 ? "" : `-${delayMs}ms`;
  return [
    {
      name: `post-cpu-vs-sdk${suffix}`,
      ...{ unit: "µs", value: ours, baseline: sdk, ratio: ratio(cpu.sdk, cpu.ours) },
      spread: spreadOf(cpu.ours),
      note: `CPU of a post over TLS, answers after ${delayMs} ms: times less than the AWS SDK with Promise.all`,
    },
    {
      name: `post-cpu-vs-floor${suffix}`,
      ...{ unit: "µs", value: ours, baseline: floor, ratio: ratio(cpu.ours, cpu.floor) },
      spread: spreadOf(cpu.ours),
      note: "the same, as a multiple of prebuilt bytes on raw TLS sockets",
    },
    {
      name: `post-rate${suffix}`,
      ...{ unit: "posts/s", value: median(rate.ours), baseline: median(rate.sdk) },
      ratio: ratio(rate.ours, rate.sdk),
      spread: spreadOf(rate.ours),
      note: "posts a second of one process, against the AWS SDK",
    },
  ];
}

type Post = (ids: readonly string[]) => Promise<unknown>;

/** As in most code that posts to rooms. */
function startSdk(port: number): Post {
  const client = new ApiGatewayManagementApiClient({
    endpoint: `https://localhost:${port}/prod`,
    region,
    credentials,
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true, maxSockets: 50 }) },
  });
  const Data = text;
  return (ids) =>
    Promise.all(
      ids.map((ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data }))),
    );
}

/** The whole way of a broadcast, from its members on. */
function startOurs(port: number, maxConnections: number): Post {
  const poster = new Poster({
    endpoint: `https://localhost:${port}/prod`,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
    maxConnections,
  });
  const delivery = new ManagementDelivery(poster, undefined as unknown as Connections);
  return async (ids) => {
    const frames = [createFrame(text)];
    async function* pages(): AsyncIterable<readonly Member[]> {
      yield ids.map((id) => ({ socketId: id, connectionId: id, protocol: "socket.io" }));
    }
    const receipt = await fanOut(delivery, {
      pages: pages(),
      frames: () => frames,
      onGone: () => {},
    });
    if (receipt.delivered !== ids.length) throw new Error(`Lost posts: ${JSON.stringify(receipt)}`);
  };
}

/** Bytes that are ready, on sockets that are open; an answer is its last bytes. */
async function startFloor(port: number, connections: number): Promise<Post> {
  const request = Buffer.from(
    `POST /prod/@connections/AAAAAAAAAAAAAb%3D HTTP/1.1\r\nhost: localhost\r\nauthorization: ${"a".repeat(180)}\r\nx-amz-security-token: ${credentials.sessionToken}\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
  );
  const sockets = await Promise.all(
    Array.from(
      { length: connections },
      () =>
        new Promise<ReturnType<typeof connectTls>>((resolve) => {
          const socket = connectTls({ host: "localhost", port, ca }, () => resolve(socket));
          socket.setNoDelay(true);
        }),
    ),
  );
  return (ids) =>
    new Promise<void>((resolve) => {
      let left = ids.length;
      let open = ids.length;
      for (const socket of sockets) {
        socket.removeAllListeners("data");
        socket.on("data", () => {
          if (--open === 0) return resolve();
          if (left-- > 0) socket.write(request);
        });
        if (left-- > 0) socket.write(request);
      }
    });
}
