import { writeFileSync } from "node:fs";
import path from "node:path";
import { bundleApplication } from "../../lib/application/bundle";
import { Application } from "../../src/names";

/** An application's bundle, compiled to keep its memory, as a script that `node` runs: it has none to keep there. */
export function compiled(entry: string): string {
  const folder = path.join(path.dirname(entry), "compiled");
  bundleApplication(entry, folder, { keepsMemory: true });
  const script = path.join(folder, "run.cjs");
  const hosted = `{ "socket.io": require(${JSON.stringify(require.resolve("socket.io"))}) }`;
  writeFileSync(
    script,
    `globalThis[Symbol.for("${Application.hosted}")] = ${hosted};
const { file, load } = require("./${Application.manifest}");
const files = require("node:path").join(__dirname, "${Application.files}");
require("node:fs").mkdirSync(files, { recursive: true });
process.chdir(files);
process.argv[1] = require("node:path").join(files, file);
load();`,
  );
  return script;
}
