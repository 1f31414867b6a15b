import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { bundleSecretReader, compileChild } from "../../lib/application/bundle";
import { project } from "../../lib/application/parts";
import { buildBootstrap } from "../../local/lambda/compile-bootstrap";
import { COMMANDS } from "../commands";

/** Modules of the package for Node, by their names in `dist`; CommonJS, so that a program has each class once. */
const MODULES = { cdk: "lib/cdk.ts", local: "local/index.ts", cli: "bin/cli.ts" };
/** What the command `dev` runs in processes of their own. */
const PROCESSES = { synth: "bin/rooms.ts", helper: "bin/dev/helper.ts" };

/** Writes the package's code for Node into one folder, where each part finds the others beside itself. */
export function writeScripts(dist: string): void {
  const commands = Object.entries(COMMANDS).map(([name, { file }]) => [name, file]);
  const all: Record<string, string> = {
    ...{ ...MODULES, ...PROCESSES },
    ...Object.fromEntries(commands),
  };
  buildSync({
    absWorkingDir: project,
    entryPoints: Object.entries(all).map(([out, file]) => ({ in: join(project, file), out })),
    outdir: dist,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { LAMBDA_ROOMS_PACKAGE: "true" },
    legalComments: "none",
    logLevel: "warning",
  });
  chmodSync(join(dist, "cli.js"), 0o755);
  // The same classes as those of `lambda-rooms/cdk`.
  writeFileSync(join(dist, "index.js"), 'exports.Rooms = require("./cdk.js").Rooms;\n');
  writeFileSync(join(dist, "child.js"), compileChild());
  writeFileSync(join(dist, "bootstrap.js"), buildBootstrap());
  bundleSecretReader(join(dist, "secrets.cjs"));
}
