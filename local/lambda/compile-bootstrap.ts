import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

let compiled: string | undefined;

/** The bootstrap as JavaScript: a worker thread has no TypeScript loader. Compiled once per process. */
export function compileBootstrap(): string {
  compiled ??=
    typeof LAMBDA_ROOMS_PACKAGE === "undefined"
      ? buildBootstrap()
      : readFileSync(join(__dirname, "bootstrap.js"), "utf8");
  return compiled;
}

/** Bundles the bootstrap with the little that it imports. */
export function buildBootstrap(): string {
  const [output] = buildSync({
    entryPoints: [join(__dirname, "bootstrap.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
  }).outputFiles;
  return output?.text ?? "";
}
