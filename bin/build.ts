import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type BundledFunction, bundle, functionNames } from "../lib/bundle";
import { bundleLibraries } from "../lib/bundle-library";
import { servesHttp } from "../lib/serves-http";
import { called, isCommand, readArguments, runToEnd, UsageError } from "./usage";

const help = () => `Usage: ${called("run build")} ${isCommand() ? "<file>" : "[file]"} [options]

Bundles the functions of an application and lists their sizes.

  --output <folder>  where the bundles go, one folder for each function    (build/functions)
  --help`;

/** `npm run build` and `lambda-rooms build`. */
function main(): void {
  const { values, positionals } = readArguments("build", {
    allowPositionals: true,
    options: {
      output: { type: "string", default: "build/functions" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return console.log(help());
  const entry = readEntry(positionals);
  const outputDirectory = resolve(values.output);
  const bundles = bundle({ entry, outputDirectory, optional: servesHttp(entry) ? ["http"] : [] });

  console.log("function         KB   gzipped");
  for (const { name, directory, bytes } of functionNames.flatMap((name) => bundles[name] ?? [])) {
    console.log(`${name.padEnd(12)}${kilobytes(bytes)}${kilobytes(gzippedBytes(directory))}`);
  }
  if (isCommand()) return console.log(`\nin ${relative(process.cwd(), outputDirectory)}/`);
  console.log("\nfor other programs");
  for (const { path, bytes } of bundleLibraries()) {
    console.log(`${kilobytes(bytes)}  ${relative(process.cwd(), path)}`);
  }
  console.log(`\nlargest in lane (${entry}):`);
  for (const { path, bytes } of largestPackages(bundles.lane).slice(0, 3)) {
    console.log(`${kilobytes(bytes)}  ${path}`);
  }
}

function readEntry([entry, ...others]: readonly string[]): string {
  if (others.length === 0 && entry !== undefined) return entry;
  if (others.length === 0 && !isCommand()) return "apps/chat.ts";
  throw new UsageError(
    `Cannot build: expected the file of one Socket.IO server, got ${entry === undefined ? "none" : [entry, ...others].join(" ")}. For example: npx lambda-rooms build server.js`,
  );
}

/** Of all code of a function: its own bundle and, where it runs one, the application's. */
function gzippedBytes(directory: string): number {
  return readdirSync(directory)
    .filter((file) => /\.[cm]?js$/.test(file))
    .map((file) => gzipSync(readFileSync(join(directory, file))).length)
    .reduce((sum, bytes) => sum + bytes, 0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1).padStart(9);
}

/** Inputs summed by package: a library split into a hundred files is still one library. */
function largestPackages({ inputs }: BundledFunction): { path: string; bytes: number }[] {
  const sums = new Map<string, number>();
  for (const { path, bytes } of inputs) {
    const owner = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
    sums.set(owner, (sums.get(owner) ?? 0) + bytes);
  }
  return [...sums].map(([path, bytes]) => ({ path, bytes })).sort((a, b) => b.bytes - a.bytes);
}

void runToEnd(main);
