import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundleApplication } from "../../lib/application/bundle";
import { Application } from "../../src/names";
import { drivers } from "./drivers";
import { install, playOnNode, uninstall } from "./play";

/** A bundle that is compiled for a memory does without one what the source does, under `node` with the real socket.io. */

afterAll(uninstall);

// It answers where its files are, and a bundle has other lines.
const cases = Object.keys(drivers).filter((name) => name !== "stack-trace");

/** The bundle as a script that `node` runs. */
function compiled(entry: string): string {
  const folder = path.join(path.dirname(entry), "compiled");
  bundleApplication(entry, folder, true);
  const script = path.join(folder, "run.cjs");
  const hosted = `{ "socket.io": require(${JSON.stringify(require.resolve("socket.io"))}) }`;
  writeFileSync(
    script,
    `globalThis[Symbol.for("${Application.hosted}")] = ${hosted};
process.argv[1] = require("node:path").join(__dirname, "app", require("./${Application.manifest}").file);
require("./${Application.manifest}").load();`,
  );
  return script;
}

test.each(cases)("%s does the same when it is compiled", async (name) => {
  const entry = install(name);
  const drive = drivers[name]!;
  const there = await playOnNode(entry, drive);
  expect(await playOnNode(compiled(entry), drive)).toEqual(there);
});
