import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { project } from "../../lib/application/parts";

/**
 * `npm run changeset`: runs changesets, by default to note a change. Changesets manages the workspaces alone. As a
 * workspace, the package at the root would make npm warn at every install, so it is one for this command only.
 */
const VERSION = "2.31.0";
const manifest = join(project, "package.json");
const WORKSPACES = '"workspaces": [\n    "packages/*"';
const WITH_ROOT = '"workspaces": [\n    ".",\n    "packages/*"';
/** Templates install the version that they come with. */
const TEMPLATES = ["chat", "managed", "cdk"];

function replace(from: string, to: string): void {
  const text = readFileSync(manifest, "utf8");
  if (!text.includes(from))
    throw new Error(`Cannot run changesets: expected ${from} in package.json`);
  writeFileSync(manifest, text.replace(from, to));
}

function versionTemplates(): void {
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  for (const name of TEMPLATES) {
    const file = join(project, "packages/create/templates", name, "package.json");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/("lambda-rooms": )".*"/, `$1"^${version}"`));
  }
  const file = join(project, "packages/create/src/existing.ts");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/("lambda-rooms": )"[^"]*"/, `$1"^${version}"`));
}

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(`Usage: npm run changeset [-- <command of changesets>]

Notes a change for the next release; \`version\` makes the release's versions and CHANGELOG.md, \`publish\` publishes.`);
} else {
  replace(WORKSPACES, WITH_ROOT);
  try {
    const command = ["--yes", `@changesets/cli@${VERSION}`, ...args];
    process.exitCode = spawnSync("npx", command, { cwd: project, stdio: "inherit" }).status ?? 1;
  } finally {
    replace(WITH_ROOT, WORKSPACES);
  }
  if (args[0] === "version" && process.exitCode === 0) versionTemplates();
}
