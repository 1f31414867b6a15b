import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type Format } from "esbuild";
import { project } from "../../lib/application/parts";

/** As the sources import the validators; the bundler of applications gives them those that functions hold. */
const REQUESTS = "../src/wire/requests";

/** Writes managed rooms as a module of each kind, apart from the validators. */
export function writeManaged(dist: string): void {
  const folder = join(dist, "managed");
  mkdirSync(folder, { recursive: true });
  for (const [format, extension] of [
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ] as const) {
    const managed = bundled("managed/index.ts", format);
    const text = managed.replaceAll(`"${REQUESTS}"`, `"./requests.${extension}"`);
    if (text === managed) throw new Error(`Cannot write managed rooms: none imports ${REQUESTS}`);
    writeFileSync(join(folder, `managed.${extension}`), text);
    writeFileSync(join(folder, `requests.${extension}`), bundled("src/wire/requests.ts", format));
  }
}

function bundled(entry: string, format: Format): string {
  const [output] = buildSync({
    entryPoints: [join(project, entry)],
    bundle: true,
    write: false,
    format,
    platform: "node",
    target: "node20",
    mainFields: ["module", "main"],
    // What applications bring themselves, or what the package depends on.
    external: [REQUESTS, "socket.io", "aws-jwt-verify"],
    legalComments: "none",
  }).outputFiles;
  return output?.text ?? "";
}
