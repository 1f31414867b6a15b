import { Server } from "socket.io";
import { World } from "../support/world";

/** Dynamic namespaces that no client is in, in a container that lives on. */

test("a container keeps a hundred empty ones, and those of the application", async () => {
  const io = new Server();
  io.of(/^\/game-\d+$/);
  const own = io.of("/game-1000");
  const world = await World.start(() => io);
  world.limits = { newNamespaces: 1000 };
  await world.connect("a=");
  for (let n = 0; n < 150; n++) await world.frames("a=", `40/game-${n},`, `41/game-${n},`);
  expect(io._nsps.size).toBeLessThanOrEqual(102);
  expect(io._nsps.get("/game-1000")).toBe(own);
  // Those that were forgotten are there again for who comes.
  await world.frames("a=", "40/game-0,");
  expect(world.take("a=").at(-1)).toMatch(/^40\/game-0,/);
  await world.close();
});
