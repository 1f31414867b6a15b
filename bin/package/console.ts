import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { buildPage } from "../../console/server/build-page";
import { project } from "../../lib/application/parts";

/**
 * Writes the console's page, and its sources with the AWS SDK inside: no project has to install the client of DynamoDB
 * for `dev`, which loads them when a page asks first.
 */
export function writeConsole(dist: string): void {
  const folder = join(dist, "console");
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(buildPage(join(project, "console/page")))) {
    writeFileSync(join(folder, name), text);
  }
  buildSync({
    entryPoints: [join(project, "console/sources/index.ts")],
    outfile: join(dist, "console-sources.js"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    mainFields: ["module", "main"],
    define: { LAMBDA_ROOMS_PACKAGE: "true" },
    legalComments: "none",
    logLevel: "warning",
  });
}
