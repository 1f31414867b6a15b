import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, transformSync } from "esbuild";
import { bundleSecretReader, compileChild } from "../../lib/application/bundle";
import { project } from "../../lib/application/parts";
import { buildBootstrap } from "../../local/lambda/compile-bootstrap";

/** Modules of the package for Node, by their names in `dist`; CommonJS, so that a program has each class once. */
const MODULES = { cdk: "lib/cdk.ts", local: "local/index.ts", cli: "bin/cli.ts" };
/** What commands run in processes of their own. */
const PROCESSES = {
  synth: "bin/rooms.ts",
  helper: "bin/dev/helper.ts",
  "verify-stack": "verify/stack.ts",
};

/** Writes the package's code for Node into one folder, where each part finds the others beside itself. */
export function writeScripts(dist: string): void {
  const all: Record<string, string> = { ...MODULES, ...PROCESSES };
  buildSync({
    absWorkingDir: project,
    entryPoints: Object.entries(all).map(([out, file]) => ({ in: join(project, file), out })),
    outdir: dist,
    bundle: true,
    // What the package does not depend on is in it.
    external: dependencies(),
    platform: "node",
    format: "cjs",
    target: "node20",
    define: { LAMBDA_ROOMS_PACKAGE: "true" },
    ...{ minifyWhitespace: true, minifySyntax: true },
    legalComments: "none",
    logLevel: "warning",
  });
  chmodSync(join(dist, "cli.js"), 0o755);
  // The same classes as those of `lambda-rooms/cdk`.
  writeFileSync(join(dist, "index.js"), 'exports.Rooms = require("./cdk.js").Rooms;\n');
  writeFileSync(join(dist, "child.js"), compileChild());
  writeFileSync(join(dist, "bootstrap.js"), buildBootstrap());
  // As a person would write it: the checks read its source, and not what a bundler makes of one.
  const application = readFileSync(join(project, "verify/app.ts"), "utf8");
  const { code } = transformSync(application, { loader: "ts", format: "esm", target: "node20" });
  writeFileSync(join(dist, "verify-app.mjs"), code);
  bundleSecretReader(join(dist, "secrets.cjs"));
}

/** Packages that stand beside this one: what it depends on, and what its user chooses. */
function dependencies(): string[] {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(project, "package.json"), "utf8"),
  ) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  // The demo's page looks for the client, and is not in the package.
  return [...names.flatMap((name) => [name, `${name}/*`]), "socket.io-client/package.json"];
}
