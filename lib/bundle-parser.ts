import { statSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(__dirname, "..");

/** The single-frame parser as files that need nothing else: what they are for, path and bytes. */
export function bundleParser(directory = join(root, "build/parser")) {
  return [
    bundleAs("esm", join(directory, "parser.mjs")),
    bundleAs("cjs", join(directory, "parser.cjs")),
    // For a `<script>` tag: sets the global `singleFrameParser`.
    bundleAs("iife", join(directory, "parser.js")),
  ];
}

function bundleAs(format: "esm" | "cjs" | "iife", outfile: string) {
  buildSync({
    entryPoints: [join(root, "parser/index.ts")],
    bundle: true,
    minify: true,
    format,
    target: "es2020",
    globalName: "singleFrameParser",
    outfile,
  });
  return { format, path: outfile, bytes: statSync(outfile).size };
}
