import path from "node:path";
import { isOwnRoomOfAnother } from "../../managed/membership";
import { checkRoom } from "../../src/store/room-key";
import { worldOnTable } from "../support/table-world";

/** Which names rooms may have. */

test.each(["\ud800", "a\udfffb", "\udc00\ud800"])(
  "half a character is invalid as a name: %j",
  (room) => {
    expect(() => checkRoom("/", room)).toThrow(
      "expected well-formed Unicode, got half a character",
    );
  },
);

test.each(["😀", "é", "\ufffd", "a b"])("a name of whole characters is one: %j", (room) => {
  expect(() => checkRoom("/", room)).not.toThrow();
});

test("a client's name with half a character reaches no room of another such name", async () => {
  const errors: unknown[] = [];
  const world = await worldOnTable((io) =>
    io.on("connection", (socket) => {
      socket.on("join", async (room, ack) => {
        try {
          await socket.join(room);
          ack("in");
        } catch (error) {
          errors.push(error);
          ack("no");
        }
      });
    }),
  );
  await world.connect("a=");
  await world.frames("a=", '420["join","\\ud800"]', '421["join","\\udbff"]');
  expect(errors).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  const rooms = (await world.table.items()).filter(({ p }) => (p as string).startsWith("r"));
  expect(rooms.filter(({ p }) => (p as string).includes("\ufffd"))).toEqual([]);
  await world.close();
});

/** Socket.IO's own generator, whose count no test can bring this far. */
const { base64id } = jest.requireActual<{ base64id: { sequenceNumber: number } }>(
  path.join(path.dirname(require.resolve("socket.io")), "contrib/base64id.js"),
);

test.each([0, 2 ** 20, 2 ** 22 + 5, 2 ** 24 - 9, 2 ** 31 - 5])(
  "a socket's own room is known by its name when its process has made %d ids",
  async (made) => {
    const seen: string[] = [];
    const world = await worldOnTable((io) => {
      io.use((socket, next) => {
        seen.push(socket.id);
        next();
      });
    });
    base64id.sequenceNumber = made;
    for (const id of ["a=", "b=", "c="]) seen.push(await world.connect(id));
    // As its middlewares saw it, as its client has it, and as the table does.
    expect(new Set(seen).size).toBe(3);
    for (const id of seen) expect(isOwnRoomOfAnother({ id: "me" } as never, id)).toBe(true);
    const rooms = (await world.table.items()).map(({ s }) => s);
    expect(rooms).toEqual(expect.arrayContaining([...new Set(seen)]));
    await world.close();
  },
);
