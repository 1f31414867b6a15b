import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import path from "node:path";
import { connect as connectTls } from "node:tls";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { fanOut } from "../src/delivery/fan-out";
import { ManagementDelivery } from "../src/delivery/management-delivery";
import { Poster } from "../src/delivery/poster";
import type { Member } from "../src/ports";
import { createFrame } from "../src/wire/frame";
import { credentials, region } from "./credentials";
import { cpuOf } from "./measure";

/**
 * One way to post, in a process of its own as on Lambda: `node post-side.js <sdk|ours|floor> <port of
 * the sink> <connections>`. For each number it is sent it posts so often and answers what that took.
 */
const [, , side, sinkPort, maxConnections] = process.argv;
const port = Number(sinkPort);
const connections = Number(maxConnections);

const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
/** 200 bytes, a chat message with its frame. */
const text = `42["message","${"x".repeat(184)}"]`;

type Post = (ids: readonly string[]) => Promise<unknown>;

/** As in most code that posts to rooms. */
function startSdk(): Post {
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
function startOurs(): Post {
  const poster = new Poster({
    endpoint: `https://localhost:${port}/prod`,
    region,
    credentials: () => credentials,
    tlsOptions: { ca },
    maxConnections: connections,
  });
  const delivery = new ManagementDelivery(poster, () =>
    Promise.reject(new Error("No rare calls here")),
  );
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
async function startFloor(): Promise<Post> {
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

const sides: Record<string, () => Post | Promise<Post>> = {
  sdk: startSdk,
  ours: startOurs,
  floor: startFloor,
};
const idsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => `${n.toString(36).padStart(14, "A")}b=`);

async function serve(): Promise<void> {
  const post = await (sides[side as string] as () => Promise<Post>)();
  process.on("message", async (count: number) => {
    const ids = idsOf(count);
    process.send?.(await cpuOf(() => post(ids)));
  });
  process.on("disconnect", () => process.exit());
  process.stdout.write("0\n");
}
void serve();
