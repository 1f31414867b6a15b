import { statSync } from "node:fs";
import { join } from "node:path";
import { buildSync, type Format, type Platform } from "esbuild";

const root = join(__dirname, "..");

/** A part of this project that other programs import, as one file that needs nothing else. */
export interface LibraryFile {
  readonly path: string;
  readonly bytes: number;
}

interface Library {
  readonly name: string;
  readonly platform: Platform;
  readonly globalName?: string;
}

const libraries: readonly Library[] = [
  // For a `<script>` tag too: sets the global `singleFrameParser`.
  { name: "parser", platform: "neutral", globalName: "singleFrameParser" },
  { name: "emitter", platform: "node" },
];

/** Bundles the libraries below a folder, or one of them into it. */
export function bundleLibraries(directory = join(root, "build"), only?: string): LibraryFile[] {
  const chosen = libraries.filter(({ name }) => only === undefined || name === only);
  return chosen.flatMap((library) => {
    const folder = only === undefined ? join(directory, library.name) : directory;
    const outputs: readonly (readonly [Format, string])[] = [
      ["esm", "mjs"],
      ["cjs", "cjs"],
      ...(library.globalName ? ([["iife", "js"]] as const) : []),
    ];
    return outputs.map(([format, extension]) =>
      bundleAs(library, format, join(folder, `${library.name}.${extension}`)),
    );
  });
}

function bundleAs({ name, platform, globalName }: Library, format: Format, path: string) {
  buildSync({
    entryPoints: [join(root, name, "index.ts")],
    bundle: true,
    minify: true,
    format,
    platform,
    mainFields: ["module", "main"],
    target: platform === "node" ? "node20" : "es2020",
    ...(globalName ? { globalName } : {}),
    outfile: path,
  });
  return { path, bytes: statSync(path).size };
}
