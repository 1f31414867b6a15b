import { World } from "../support/world";

/** The end of a connection that a post finds gone, in a batch that is delivered again. */

test("what such an end counts is in doubt, since the run before may have counted it", async () => {
  const world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("join", () => socket.join("red"));
      socket.on("answer me", () => socket.emit("answer"));
    });
  });
  await world.connect("a=");
  for (const id of ["b=", "c="]) await world.connect(id);
  for (const id of ["a=", "b=", "c="]) await world.frames(id, '42["join"]');
  // The run before has got as far as the count.
  await world.table.rooms.leave("/", "red", false);
  world.gone.add("a=");

  await world.again("a=", '42["answer me"]');

  expect(await world.table.store.load("a=")).toBeUndefined();
  expect(await world.table.rooms.count("/", "red")).toBe(2);
  await world.close();
});
