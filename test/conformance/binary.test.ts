import { both } from "./support/both";
import { enter, recovery, resume } from "./support/recovering";
import { startRooms } from "./support/rooms";
import type { Application } from "./support/side";

/** Bytes in every form that the default parser takes for binary. */

const shared = new Uint8Array([9, 9, 4, 5, 6, 7, 9, 9]).buffer;
const kinds: Record<string, () => unknown> = {
  Buffer: () => Buffer.from([4, 5, 6, 7]),
  ArrayBuffer: () => new Uint8Array([4, 5, 6, 7]).buffer,
  DataView: () => new DataView(shared, 2, 4),
  "part of a Uint8Array": () => new Uint8Array(shared).subarray(2, 6),
  Uint8ClampedArray: () => new Uint8ClampedArray(shared, 2, 4),
  Uint16Array: () => new Uint16Array(shared, 2, 2),
  Int32Array: () => Int32Array.of(0x07060504),
  "nothing at all": () => new Uint8Array(0),
};
const attachment = (kind: string) => (kind === "nothing at all" ? "b" : "bBAUGBw==");

const application: Application = (io) => {
  io.on("connection", (socket) => {
    socket.join("room");
    const make = (kind: string) => (kinds[kind] as () => unknown)();
    socket.on("emit", (kind) => socket.emit("bytes", make(kind)));
    socket.on("room", (kind) => io.to("room").emit("bytes", make(kind)));
    socket.on("ack", (kind, ack) => ack(make(kind)));
    socket.on("nested", (kind) => socket.emit("bytes", { in: [make(kind), { a: make(kind) }] }));
    socket.on("ask", (kind) => io.timeout(50).emit("bytes", make(kind), () => {}));
    socket.on("reuse", (kind) => {
      const bytes = make(kind) as Uint8Array;
      io.to("room").emit("bytes", bytes);
      bytes.fill(0);
    });
  });
};

describe.each(Object.keys(kinds))("%s", (kind) => {
  const bytes = attachment(kind);
  const one = '451-["bytes",{"_placeholder":true,"num":0}]';

  both("reaches a client by emit, room, ack and nested", application, async (side) => {
    const client = await side.connect();
    await client.emit("emit", kind);
    expect(client.take()).toEqual([one, bytes]);
    await client.emit("room", kind);
    expect(client.take()).toEqual([one, bytes]);
    await client.send(`427${JSON.stringify(["ack", kind])}`);
    expect(client.take()).toEqual(['461-7[{"_placeholder":true,"num":0}]', bytes]);
    await client.emit("nested", kind);
    const places = '{"in":[{"_placeholder":true,"num":0},{"a":{"_placeholder":true,"num":1}}]}';
    expect(client.take()).toEqual([`452-["bytes",${places}]`, bytes, bytes]);
    await client.emit("ask", kind);
    const [question, ...rest] = client.take();
    expect(question).toMatch(/^451-\d+\["bytes",/);
    expect(rest).toEqual([bytes]);
  });

  both(
    "is among what a client missed",
    application,
    async (side) => {
      const speaker = await side.connect();
      const { client, pid } = await enter(side);
      await speaker.emit("room", kind);
      const [seen] = client.take();
      const offset = JSON.parse((seen as string).slice("451-".length)).at(-1);
      await client.leave();
      await speaker.emit("room", kind);
      const back = await resume(side, pid, offset);
      expect(back.missed).toEqual([expect.stringMatching(/^451-\["bytes",/), bytes]);
    },
    recovery,
  );
});

test("is copied before the application uses its memory again", async () => {
  const side = await startRooms(application);
  const client = await side.connect();
  await client.emit("reuse", "Buffer");
  expect(client.take()[1]).toBe("bBAUGBw==");
  await side.close();
});

test("a Blob, whose bytes the reference server loses, is refused with a reason", async () => {
  const side = await startRooms((io, note) => {
    io.on("connection", (socket) => {
      socket.on("blob", () => {
        try {
          socket.emit("bytes", new Blob(["x"]));
        } catch (error) {
          note((error as Error).message);
        }
      });
    });
  });
  const client = await side.connect();
  await client.emit("blob");
  expect(side.noted).toEqual([[expect.stringContaining("await blob.arrayBuffer()")]]);
  expect(client.take()).toEqual([]);
  await side.close();
});
