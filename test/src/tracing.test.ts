import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { endTrace, startTrace, traced } from "../../src/tracing";
import { World } from "../support/world";

const HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

interface Subsegment {
  readonly name: string;
  readonly id: string;
  readonly parent_id: string;
  readonly trace_id: string;
  readonly type: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly fault?: boolean;
  readonly annotations?: Record<string, unknown>;
}

let daemon: Socket;
let address: string;
let received: Subsegment[];

beforeEach(async () => {
  received = [];
  daemon = createSocket("udp4").on("message", (datagram) => {
    const [header, document] = datagram.toString().split("\n");
    expect(JSON.parse(header as string)).toEqual({ format: "json", version: 1 });
    received.push(JSON.parse(document as string));
  });
  daemon.bind(0, "127.0.0.1");
  await once(daemon, "listening");
  address = `127.0.0.1:${daemon.address().port}`;
});
afterEach(() => daemon.close());

async function arrived(count: number): Promise<Subsegment[]> {
  await endTrace();
  while (received.length < count) await once(daemon, "message");
  return received;
}

test("a frame is followed from its handling to its last post", async () => {
  const world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("say", async (room) => {
        await socket.join(room);
        io.to(room).emit("said");
      });
    });
  });
  await world.connect("a=");
  startTrace(HEADER, address);
  await world.emit("a=", "say", "room");
  const found = await arrived(4);
  await world.close();
  expect(found.map(({ name }) => name)).toEqual(["restore", "join", "broadcast", "frame"]);
  const event = found.at(-1) as Subsegment;
  expect(event.annotations).toMatchObject({ connectionId: "a=", requestId: "r1" });
  const parents = found.map(({ parent_id }) => parent_id);
  const invocation = "53995c3f42cd8ad8";
  expect(parents).toEqual([invocation, event.id, event.id, invocation]);
  for (const { trace_id, type, start_time, end_time } of found) {
    expect(trace_id).toBe("1-5759e988-bd862e3fe1be46a994272793");
    expect(type).toBe("subsegment");
    expect(end_time).toBeGreaterThanOrEqual(start_time);
  }
});

test("what fails is told as a fault, and still fails", async () => {
  startTrace(HEADER, address);
  const failing = traced("broken", () => Promise.reject(new Error("no")));
  await expect(failing).rejects.toThrow("no");
  expect(await arrived(1)).toMatchObject([{ name: "broken", fault: true }]);
});

test.each([
  ["is not sampled", HEADER.replace("Sampled=1", "Sampled=0"), true],
  ["has no trace", undefined, true],
  ["has no daemon", HEADER, false],
])("an invocation that %s sends nothing", async (_, header, hasDaemon) => {
  startTrace(header, hasDaemon ? address : undefined);
  expect(await traced("work", async () => 1)).toBe(1);
  await endTrace();
  startTrace(HEADER, address);
  await traced("marker", async () => 1);
  expect((await arrived(1)).map(({ name }) => name)).toEqual(["marker"]);
});
