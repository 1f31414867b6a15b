import { World } from "../support/world";

/** A connection's item holds 400 KB: the table's limit. */

test("an event whose data is too large to be saved is not acknowledged, and the log says why", async () => {
  const logged = jest.spyOn(console, "error").mockImplementation();
  const world = await World.of((io) => {
    io.on("connection", (socket) => {
      socket.on("keep", (length, ack) => {
        socket.data.text = "x".repeat(length);
        ack("kept");
      });
      socket.on("length", (ack) => ack(socket.data.text?.length));
    });
  });
  await world.connect("c=");
  world.take("c=");
  await world.frames("c=", '421["keep",390000]');
  expect(world.take("c=")).toEqual(['431["kept"]']);
  await world.frames("c=", '422["keep",410000]');
  expect(world.take("c=")).toEqual([]);
  expect(logged).toHaveBeenCalledWith(
    expect.objectContaining({
      message: 'The application failed in a listener for "keep"',
      error: expect.stringContaining("expected socket.data of at most 405504 bytes"),
    }),
  );
  await world.frames("c=", '423["length"]');
  expect(world.take("c=")).toEqual(["433[390000]"]);
  await world.close();
  logged.mockRestore();
});
