import { join } from "node:path";
import { buildSync } from "esbuild";

let compiled: string | undefined;

/** The bootstrap as JavaScript: a worker thread has no TypeScript loader. Compiled once per process. */
export function compileBootstrap(): string {
  compiled ??= buildSync({
    entryPoints: [join(__dirname, "bootstrap.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
  }).outputFiles[0]?.text;
  return compiled ?? "";
}
