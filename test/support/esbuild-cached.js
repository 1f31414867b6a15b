const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("../../node_modules/esbuild/lib/main.js");

/**
 * What the slow half gets as `esbuild`: the same, but what one test has bundled serves the others of the run, as long
 * as no input has changed. Most of what a synth takes is esbuild, and nearly every test bundles the same functions. An
 * application is bundled each time, in a process of its own (`lib/application/`).
 */

const folder = process.env.TEST_ASSEMBLIES && path.join(process.env.TEST_ASSEMBLIES, "bundles");

function buildSync(options) {
  const { outdir, absWorkingDir: root, metafile, sourcemap, ...rest } = options;
  // A source map names its sources relative to itself.
  if (!folder || !outdir || !root || !metafile || sourcemap) return esbuild.buildSync(options);
  const key = createHash("sha256")
    .update(JSON.stringify([root, rest]))
    .digest("hex");
  const place = path.join(folder, key);
  const kept = readKept(place, root) ?? build(options, place);
  fs.cpSync(kept.from, outdir, { recursive: true });
  return { ...kept.result, metafile: moved(kept.result.metafile, root, kept.from, outdir) };
}

function readKept(place, root) {
  const file = path.join(place, "kept.json");
  if (!fs.existsSync(file)) return undefined;
  const kept = JSON.parse(fs.readFileSync(file, "utf8"));
  return kept.inputs === stateOf(kept.result, root) ? kept : undefined;
}

/** Each builds into a folder of its own: other workers may build, or read, the same at the same time. */
function build(options, place) {
  fs.mkdirSync(place, { recursive: true });
  const from = fs.mkdtempSync(path.join(place, "out-"));
  const result = esbuild.buildSync({ ...options, outdir: from });
  const kept = { from, result, inputs: stateOf(result, options.absWorkingDir) };
  fs.writeFileSync(path.join(from, "kept.json"), JSON.stringify(kept));
  fs.renameSync(path.join(from, "kept.json"), path.join(place, "kept.json"));
  return kept;
}

/** Changes when an input does. */
function stateOf({ metafile }, root) {
  const states = Object.keys(metafile.inputs).map((input) => {
    const file = path.resolve(root, input.replace(/^[^:/]*:/, ""));
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return [input, stat?.size, stat?.mtimeMs];
  });
  return JSON.stringify(states);
}

/** The metafile with its outputs in another folder. */
function moved(metafile, root, from, to) {
  const outputs = Object.entries(metafile.outputs).map(([file, output]) => {
    const name = path.relative(from, path.resolve(root, file));
    return [path.relative(root, path.join(to, name)).split(path.sep).join("/"), output];
  });
  return { ...metafile, outputs: Object.fromEntries(outputs) };
}

module.exports = { ...esbuild, buildSync };
