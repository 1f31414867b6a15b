import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type Format } from "esbuild";
import { project } from "../../lib/application/parts";
import { bundleLibraries } from "../../lib/bundle-library";
import { writeTypes } from "./declarations";

/** Writes `packages/<name>/dist`; each package runs it for itself before it is packed. */

const packages: Readonly<Record<string, (dist: string) => void>> = {
  client: writeClient,
  create: writeCreate,
  emitter: (dist) => writeShared("emitter", dist),
  parser: (dist) => writeShared("parser", dist),
};

export function writeLibrary(name: string): void {
  const write = packages[name];
  if (!write)
    throw new Error(`Cannot build packages/${name}: expected one of ${Object.keys(packages)}`);
  const folder = join(project, "packages", name);
  const dist = join(folder, "dist");
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  write(dist);
  cpSync(join(project, "LICENSE"), join(folder, "LICENSE"));
}

/** What `lambda-rooms/<name>` has too. */
function writeShared(name: string, dist: string): void {
  bundleLibraries(dist, name);
  writeTypes(join(dist, "types"), [`${name}/index.ts`]);
  writeFileSync(join(dist, "types", name, "index.d.mts"), `export * from "./index.js";\n`);
}

function writeClient(dist: string): void {
  const sources = "packages/client/src";
  for (const [format, extension] of [
    ["esm", "mjs"],
    ["cjs", "cjs"],
  ] as const) {
    for (const entry of ["index", "react"]) {
      const text = bundled(`${sources}/${entry}.ts`, format, entry === "react" ? ["./index"] : []);
      // Both entries have the same classes.
      const whole = text.replaceAll(`"./index"`, `"./index.${extension}"`);
      writeFileSync(join(dist, `${entry}.${extension}`), whole);
    }
  }
  writeTypes(dist, [`${sources}/index.ts`, `${sources}/react.ts`], sources);
  for (const entry of ["index", "react"]) {
    writeFileSync(join(dist, `${entry}.d.mts`), `export * from "./${entry}.js";\n`);
  }
}

function bundled(entry: string, format: Format, external: readonly string[]): string {
  const [output] = buildSync({
    entryPoints: [join(project, entry)],
    ...{ bundle: true, write: false, minify: true, format },
    platform: "neutral",
    target: "es2022",
    external: ["react", ...external],
  }).outputFiles;
  return output?.text ?? "";
}

function writeCreate(dist: string): void {
  buildSync({
    entryPoints: [join(project, "packages/create/src/create.ts")],
    outfile: join(dist, "create.cjs"),
    ...{ bundle: true, platform: "node", format: "cjs", target: "node20" },
  });
}

if (require.main === module) for (const name of process.argv.slice(2)) writeLibrary(name);
