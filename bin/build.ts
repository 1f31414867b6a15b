import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type BundledFunction, bundle, functionNames } from "../lib/bundle";
import { bundleLibraries } from "../lib/bundle-library";
import { servesHttp } from "../lib/serves-http";
import { entryOf, readConfig } from "./command/config";
import { readCommand } from "./command/read";
import { BUILD } from "./command/tables/local";
import { isCommand, runToEnd } from "./usage";

/** `npm run build` and `lambda-rooms build`. */
function main(): void {
  const given = readCommand(BUILD);
  if (given === undefined) return;
  const { values, positionals } = given;
  const config = isCommand() ? readConfig("build") : { entry: "apps/chat.ts" };
  const entry = entryOf("build", positionals, config);
  const outputDirectory = resolve(values.output);
  const bundles = bundle({ entry, outputDirectory, optional: servesHttp(entry) ? ["http"] : [] });
  const built = functionNames.flatMap((name) => bundles[name] ?? []);
  const sizes = built.map(({ name, directory, bytes }) => ({
    ...{ name, directory, bytes, gzippedBytes: gzippedBytes(directory) },
  }));
  if (values.json) {
    const document = { file: entry, folder: outputDirectory, functions: sizes };
    return console.log(JSON.stringify(document, undefined, 2));
  }
  console.log("function         KB   gzipped");
  for (const { name, bytes, gzippedBytes } of sizes) {
    console.log(`${name.padEnd(12)}${kilobytes(bytes)}${kilobytes(gzippedBytes)}`);
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
