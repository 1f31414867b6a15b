import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import path from "node:path";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { Server } from "socket.io";
import { SdkDynamo } from "../bin/stored/sdk-dynamo";
import { Host } from "../src/host/host";
import type { ConnectionId } from "../src/ports";
import type { Call } from "../test/support/hooked-service";
import { credentials, region } from "./credentials";
import { KINDS, type Kind, type Work } from "./event-kinds";
import { connectMembers, createPorts, frame, handle, serveWork } from "./lane";
import { RawSocket } from "./raw-socket";

/**
 * What one event takes in a lane function, in a process of its own: `node event-side.js <port of the table> <port of
 * the sink>`. It is sent a kind, a side and a number, does so many events, and answers what that took.
 *
 * The other sides do what ours does, request by request: `usual` with the AWS SDK, `floor` with bytes that are ready.
 */
const [, , tablePort = "", sinkPort = ""] = process.argv;
const TEXT = "x".repeat(184);
const POSTED = `42["chat","${TEXT}"]`;
const MEMBERS = 100;

type Side = (count: number) => Promise<void>;

async function startOurs() {
  const { ports, calls, document } = await createPorts(tablePort, sinkPort);
  const io = new Server();
  io.on("connection", (socket) => {
    socket.on("join", (room: string) => socket.join(room));
    socket.on("self", (text: string) => socket.emit("chat", text));
    socket.on("chat", (room: string, text: string) => io.to(room).emit("chat", text));
    socket.on("ask", (text: string, answer) => answer(text));
  });
  const host = Host.attach(io, ports);
  const many = await connectMembers(ports.store, host, MEMBERS, "40", '42["join","many"]');
  await handle(host, many[0] as ConnectionId, [frame(many[0] as ConnectionId, '42["join","one"]')]);
  let events = 0;
  const run = async (kind: Kind, count: number) => {
    for (let n = 0; n < count; n++) {
      const id = many[events++ % MEMBERS] as ConnectionId;
      await handle(host, id, [frame(id, KINDS[kind].frame(TEXT, events))]);
    }
  };
  /** What one event asks of the table. */
  const record = async (kind: Kind) => {
    const made: Call[] = [];
    calls.hooks.push((call, next) => {
      made.push(call);
      return next(call);
    });
    await run(kind, 1);
    calls.hooks.pop();
    return made;
  };
  return { run, record, document };
}

async function startUsual(document: Awaited<ReturnType<typeof startOurs>>["document"]) {
  const dynamo = new SdkDynamo(document);
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const management = new ApiGatewayManagementApiClient({
    endpoint: `https://localhost:${sinkPort}/prod`,
    ...{ region, credentials },
    requestHandler: { httpsAgent: new Agent({ ca, keepAlive: true, maxSockets: 50 }) },
  });
  return (made: readonly Call[], posts: number): Side => {
    const prepared = made.map(({ operation, input }) => dynamo.prepare(operation, input));
    const ids = Array.from({ length: posts }, (_, n) => `${n.toString(36).padStart(14, "A")}b=`);
    const post = (ConnectionId: string) =>
      management.send(new PostToConnectionCommand({ ConnectionId, Data: POSTED }));
    return async (count) => {
      for (let n = 0; n < count; n++) {
        // What a condition refuses at a repetition has cost the same.
        for (const command of prepared) await document.send(command()).catch(() => undefined);
        await Promise.all(ids.map(post));
      }
    };
  };
}

async function startFloor() {
  const table = await RawSocket.open({ port: Number(tablePort) });
  const ca = readFileSync(path.join(process.cwd(), "bench/certificate/cert.pem"));
  const tls = { port: Number(sinkPort), ca };
  const sinks = await Promise.all(Array.from({ length: 16 }, () => RawSocket.open(tls)));
  const posted = RawSocket.request("/prod/@connections/AAAAAAAAAAAAAb%3D", {}, POSTED);
  return (made: readonly Call[], posts: number): Side => {
    const requests = made.map(({ operation, input }) => {
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
      };
      return RawSocket.request("/", headers, JSON.stringify(input));
    });
    return async (count) => {
      for (let n = 0; n < count; n++) {
        for (const request of requests) await table.send(request);
        let left = posts;
        const postAll = async (socket: RawSocket) => {
          while (left-- > 0) await socket.send(posted);
        };
        await Promise.all(sinks.slice(0, posts).map(postAll));
      }
    };
  };
}

async function serve(): Promise<void> {
  const ours = await startOurs();
  const usual = await startUsual(ours.document);
  const floor = await startFloor();
  const sides = new Map<Kind, Record<string, Side>>();
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const made = await ours.record(kind);
    const { posts } = KINDS[kind];
    sides.set(kind, {
      ours: (count) => ours.run(kind, count),
      usual: usual(made, posts),
      floor: floor(made, posts),
    });
  }
  serveWork(async ({ kind, side, count }: Work) => {
    const all = sides.get(kind) as Record<string, Side>;
    await (all[side] as Side)(count);
  });
}
void serve();
