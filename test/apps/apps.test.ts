import { drivers } from "./drivers";
import { install, playHere, playOnNode, uninstall } from "./play";

/** Applications as they are under `node`: each plays with the real socket.io and here, and is compared event by event. */

afterAll(uninstall);

const brought: Record<string, Record<string, string>> = {
  "own-socket-io": { "socket.io": "4.7.5" },
};

/** Keeps sessions in memory, so its requests have to reach one container. */
const oneContainer = ["http-router"];

test.each(Object.keys(drivers))("%s does here what it does under node", async (name) => {
  const entry = install(name, brought[name]);
  const drive = drivers[name]!;
  const there = await playOnNode(entry, drive);
  expect(there.heard[0]).toContain("welcome");
  const options = { freshContainers: !oneContainer.includes(name) };
  expect(await playHere(entry, drive, options)).toEqual(there);
});
