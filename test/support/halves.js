const { existsSync, readFileSync, readdirSync } = require("node:fs");
const path = require("node:path");

/**
 * The fast half of the tests: files that reach, by way of all their imports, nothing that starts a
 * process, a thread or a table, and no synthesized stack. The imports decide, so no list can be forgotten.
 */

const root = path.join(__dirname, "..", "..");
const slowPackages = ["dynalite", "aws-cdk-lib", "esbuild", "playwright-core"];
const SLOW = new Set([...slowPackages, "node:child_process", "node:worker_threads"]);
/** The variables of `synthesize.ts`: only the slow half has them. */
const ASSEMBLY = /process\.env\.ASSEMBLY/;
const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
/** `import type` and `export type` load nothing. */
const IMPORTS = [
  /^(?:import|export)\s+(?!type\b)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm,
  /\b(?:import|require)\(\s*"([^"]+)"/g,
];

/** What a file imports, and whether it is slow by itself. */
const read = remember((file) => {
  const text = readFileSync(file, "utf8").replace(COMMENTS, "");
  const targets = IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)].map(([, to]) => to));
  const isSlow = ASSEMBLY.test(text) || targets.some((target) => SLOW.has(packageOf(target)));
  return { isSlow, files: targets.flatMap((target) => resolve(file, target)) };
});

function remember(of) {
  const known = new Map();
  return (file) => {
    if (!known.has(file)) known.set(file, of(file));
    return known.get(file);
  };
}

function packageOf(target) {
  return target.startsWith("node:") ? target : target.split("/")[0];
}

function resolve(file, target) {
  if (!target.startsWith(".")) return [];
  const base = path.resolve(path.dirname(file), target);
  return [base, `${base}.ts`, path.join(base, "index.ts")]
    .filter((one) => /\.[cm]?[jt]s$/.test(one) && existsSync(one))
    .slice(0, 1);
}

function isFast(test) {
  const reached = new Set([path.resolve(root, test)]);
  // A set hands out what is added to it on the way.
  for (const file of reached) {
    const { isSlow, files } = read(file);
    if (isSlow) return false;
    for (const one of files) reached.add(one);
  }
  return true;
}

/** Every test file, by its half, relative to the project. */
function halves() {
  const tests = readdirSync(path.join(root, "test"), { recursive: true })
    .filter((file) => file.endsWith(".test.ts") && !file.includes("node_modules"))
    .map((file) => path.posix.join("test", file))
    .sort();
  return { fast: tests.filter(isFast), slow: tests.filter((test) => !isFast(test)) };
}

module.exports = { halves, isFast, slowPackages };
