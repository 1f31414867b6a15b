import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { type BundledFunction, bundle, functionNames } from "../lib/bundle";
import { bundleLibraries } from "../lib/bundle-library";
import { servesHttp } from "../lib/serves-http";

// npm run build [your-server.ts]
const entry = process.argv[2] ?? "apps/chat.ts";
const bundles = bundle({ entry, optional: servesHttp(entry) ? ["http"] : [] });

console.log("function         KB   gzipped");
for (const { name, directory, bytes } of functionNames.flatMap((name) => bundles[name] ?? [])) {
  console.log(`${name.padEnd(12)}${kilobytes(bytes)}${kilobytes(gzippedBytes(directory))}`);
}
console.log("\nfor other programs");
for (const { path, bytes } of bundleLibraries()) {
  console.log(`${kilobytes(bytes)}  ${relative(process.cwd(), path)}`);
}
console.log(`\nlargest in lane (${entry}):`);
for (const { path, bytes } of largestPackages(bundles.lane).slice(0, 3)) {
  console.log(`${kilobytes(bytes)}  ${path}`);
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
