import { compiled } from "./compiled";
import { type Driver, install, playHere, playOnNode, uninstall } from "./play";

/** Applications as they are under `node`. */

const brought: Record<string, Record<string, string>> = {
  "own-socket-io": { "socket.io": "4.7.5" },
};

/** Keeps sessions in memory, so its requests have to reach one container. */
const oneContainer = ["http-router"];

/** It says where its code is, and a bundle has other lines. */
const otherLines = ["stack-trace"];

/** Plays with the real socket.io, here, and compiled but with the real one; all are compared event by event. */
export function testAlike(drivers: Readonly<Record<string, Driver>>): void {
  afterAll(uninstall);
  test.each(Object.keys(drivers))("%s does here what it does under node", async (name) => {
    const entry = install(name, brought[name]);
    const drive = drivers[name]!;
    const there = await playOnNode(entry, drive);
    expect(there.heard[0]).toContain("welcome");
    const options = { freshContainers: !oneContainer.includes(name) };
    expect(await playHere(entry, drive, options)).toEqual(there);
    if (!otherLines.includes(name)) expect(await playOnNode(compiled(entry), drive)).toEqual(there);
  });
}
