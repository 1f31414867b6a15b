const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("../../node_modules/esbuild/lib/main.js");

/**
 * What the slow half gets as `esbuild`: the same, but what one test has bundled serves the others of the run, as long
 * as no input has changed. Most of what a synth takes is esbuild, and nearly every test bundles the same functions,
 * each time a few of them: what is kept is the output of each entry point. An application is bundled each time, in a
 * process of its own (`lib/application/`).
 */

const folder = process.env.TEST_ASSEMBLIES && path.join(process.env.TEST_ASSEMBLIES, "bundles");

function buildSync(options) {
  const { outdir, absWorkingDir: root, metafile, sourcemap, entryPoints, ...rest } = options;
  // A source map names its sources relative to itself.
  const isKept = folder && outdir && root && metafile && !sourcemap;
  if (!isKept || !entryPoints?.every?.((entry) => entry.out)) return esbuild.buildSync(options);
  const places = entryPoints.map((entry) => placeOf([root, rest, entry.in]));
  const kept = readAll(places, root) ?? build(options, places);
  const outputs = kept.map(({ file, output }, at) => {
    const copy = path.join(outdir, `${entryPoints[at].out}.js`);
    fs.mkdirSync(path.dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
    return [nameOf(copy, root), output];
  });
  return {
    errors: [],
    warnings: [],
    metafile: { inputs: {}, outputs: Object.fromEntries(outputs) },
  };
}

function placeOf(what) {
  return path.join(folder, createHash("sha256").update(JSON.stringify(what)).digest("hex"));
}

/** What builds have kept of all entry points, unless one is missing or an input has changed. */
function readAll(places, root) {
  const files = places.map((place) => path.join(place, "kept.json"));
  if (!files.every((file) => fs.existsSync(file))) return undefined;
  const kept = files.map(readJson);
  const builds = [...new Set(kept.map(({ build }) => build))].map(readJson);
  return builds.every(({ inputs, states }) => states === statesOf(inputs, root)) ? kept : undefined;
}

/** Builds all at once, and keeps each. Other workers may build, or read, the same at the same time. */
function build(options, places) {
  const root = options.absWorkingDir;
  fs.mkdirSync(folder, { recursive: true });
  const from = fs.mkdtempSync(path.join(folder, "out-"));
  const { metafile, warnings } = esbuild.buildSync({ ...options, outdir: from });
  if (warnings.length > 0) throw new Error(`Expected no warnings, got ${JSON.stringify(warnings)}`);
  const build = path.join(from, "build.json");
  const inputs = Object.keys(metafile.inputs);
  fs.writeFileSync(build, JSON.stringify({ inputs, states: statesOf(inputs, root) }));
  return options.entryPoints.map(({ out }, at) => {
    const file = path.join(from, `${out}.js`);
    const kept = { file, output: metafile.outputs[nameOf(file, root)], build };
    fs.writeFileSync(`${file}.json`, JSON.stringify(kept));
    fs.mkdirSync(places[at], { recursive: true });
    fs.renameSync(`${file}.json`, path.join(places[at], "kept.json"));
    return kept;
  });
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}

/** Changes when an input does. */
function statesOf(inputs, root) {
  const states = inputs.map((input) => {
    const file = path.resolve(root, input.replace(/^[^:/]*:/, ""));
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return [input, stat?.size, stat?.mtimeMs];
  });
  return JSON.stringify(states);
}

/** As a metafile names it. */
function nameOf(file, root) {
  return path.relative(root, file).split(path.sep).join("/");
}

module.exports = { ...esbuild, buildSync };
