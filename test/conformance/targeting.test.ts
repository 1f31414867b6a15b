import { both } from "./support/both";
import type { Application, RawClient } from "./support/side";

/** Edge cases of targeting, 10 to 12: whom a broadcast reaches. */

const application: Application = (io) => {
  io.on("connection", (socket) => {
    socket.on("join", (rooms) => void socket.join(rooms));
    socket.on("leave", (room) => void socket.leave(room));
    socket.on("io.to", (rooms) => io.to(rooms).emit("io.to", rooms));
    socket.on("io.in.in", ([a, b]) => io.in(a).in(b).emit("io.in.in"));
    socket.on("socket.to", (rooms) => socket.to(rooms).emit("socket.to", rooms));
    socket.on("io.except", (rooms) => io.except(rooms).emit("io.except"));
    socket.on("except", (rooms, excepted) => io.to(rooms).except(excepted).emit("except"));
    socket.on("socket.except", (rooms) => socket.except(rooms).emit("socket.except"));
    socket.on("to me", () => socket.emit("to me"));
    socket.on("join and tell", async (room) => {
      await socket.join(room);
      io.to(room).emit("told", room);
    });
  });
};

/** Who hears what an event of one client makes the server send: the places of the clients, in order. */
async function reached(
  clients: readonly RawClient[],
  from: RawClient,
  event: string,
  ...args: unknown[]
): Promise<number[]> {
  for (const client of clients) client.take();
  await from.emit(event, ...args);
  return clients.flatMap((client, place) => client.events().map(() => place));
}

describe("10. no room and unknown rooms", () => {
  both("io.to([]) is everyone, socket.to([]) is everyone but self", application, async (side) => {
    const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
    const clients = [a, b, c];
    expect(await reached(clients, b, "io.to", [])).toEqual([0, 1, 2]);
    expect(await reached(clients, b, "socket.to", [])).toEqual([0, 2]);
  });

  both("an unknown room holds no socket", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    const clients = [a, b];
    expect(await reached(clients, a, "io.to", "nowhere")).toEqual([]);
    expect(await reached(clients, a, "socket.to", ["nowhere", "elsewhere"])).toEqual([]);
    expect(await reached(clients, a, "io.except", "nowhere")).toEqual([0, 1]);
  });
});

describe("11. several rooms, exceptions and own rooms", () => {
  both("a union has no duplicates, and `except` wins", application, async (side) => {
    const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
    const clients = [a, b, c];
    await a.emit("join", ["r1", "r2"]);
    await b.emit("join", ["r2", "r3"]);
    expect(await reached(clients, c, "io.to", ["r1", "r2"])).toEqual([0, 1]);
    expect(await reached(clients, c, "io.in.in", ["r1", "r2"])).toEqual([0, 1]);
    expect(await reached(clients, c, "except", ["r1", "r2"], "r3")).toEqual([0]);
    expect(await reached(clients, c, "except", ["r1", "r2"], "r2")).toEqual([]);
    expect(await reached(clients, a, "socket.to", ["r1", "r2"])).toEqual([1]);
    expect(await reached(clients, b, "socket.except", "r1")).toEqual([2]);
  });

  both("a socket's id is a room: to(id), except(id)", application, async (side) => {
    const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
    const clients = [a, b, c];
    expect(await reached(clients, a, "io.to", b.id)).toEqual([1]);
    expect(await reached(clients, a, "io.except", b.id)).toEqual([0, 2]);
    expect(await reached(clients, a, "io.except", [a.id, c.id])).toEqual([1]);
    expect(await reached(clients, a, "except", [b.id, c.id], c.id)).toEqual([1]);
    expect(await reached(clients, a, "socket.to", a.id)).toEqual([]);
  });

  both("after leaving its own room a socket hears only socket.emit", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    const clients = [a, b];
    await a.emit("leave", a.id);
    expect(await reached(clients, b, "io.to", a.id)).toEqual([]);
    expect(await reached(clients, a, "io.to", a.id)).toEqual([]);
    expect(await reached(clients, a, "to me")).toEqual([0]);
    expect(await reached(clients, b, "io.to", [])).toEqual([0, 1]);
  });

  both(
    "except(id) excepts all who have joined that room; here only that socket, if it is the caller's",
    application,
    async (side) => {
      const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
      await b.emit("join", a.id);
      const clients = [a, b, c];
      expect(await reached(clients, c, "io.except", a.id)).toEqual([2]);
      const expected = side.name === "rooms" ? [1, 2] : [2];
      expect(await reached(clients, a, "io.except", a.id)).toEqual(expected);
    },
  );
});

describe("12. joining", () => {
  both("a broadcast right after `await join` reaches the socket", application, async (side) => {
    const [a, b] = [await side.connect(), await side.connect()];
    const clients = [a, b];
    expect(await reached(clients, a, "join and tell", "r")).toEqual([0]);
    expect(await reached(clients, b, "io.to", "r")).toEqual([0]);
    expect(await reached(clients, b, "join and tell", "r")).toEqual([0, 1]);
    expect(await reached(clients, b, "join and tell", "r")).toEqual([0, 1]);
  });

  both("5 and `5` are two rooms", application, async (side) => {
    const [a, b, c] = [await side.connect(), await side.connect(), await side.connect()];
    const clients = [a, b, c];
    await a.emit("join", 5);
    await b.emit("join", "5");
    expect(await reached(clients, c, "io.to", 5)).toEqual([0]);
    expect(await reached(clients, c, "io.to", "5")).toEqual([1]);
    expect(await reached(clients, c, "io.to", [5, "5"])).toEqual([0, 1]);
    expect(await reached(clients, c, "io.except", "5")).toEqual([0, 2]);
    await b.emit("leave", 5);
    expect(await reached(clients, c, "io.to", "5")).toEqual([1]);
  });
});
