import assert from "node:assert/strict";
import type { Packed } from "../packed";
import { Project, succeeds } from "../project";

/** Bytes of each tarball, a tenth above what it has. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  "lambda-rooms": 2_000_000,
  "@lambda-rooms/client": 13_000,
  "@lambda-rooms/emitter": 7_500,
  "@lambda-rooms/parser": 5_500,
  "create-lambda-rooms": 10_000,
};
const EXPECTED = /^(dist\/|templates\/|package\.json$|README\.md$|LICENSE$|CHANGELOG\.md$)/;

export async function areSmall({ tarballs }: Packed): Promise<void> {
  assert.deepEqual(tarballs.map(({ name }) => name).sort(), Object.keys(MOST_BYTES).sort());
  for (const { name, bytes, files } of tarballs) {
    assert(bytes < (MOST_BYTES[name] ?? 0), `${name} has ${bytes} bytes`);
    assert.deepEqual(
      files.filter((file) => !EXPECTED.test(file)),
      [],
    );
    assert(files.includes("LICENSE") && files.includes("README.md"), `${name} lacks a page`);
    console.log(`   ${name}: ${files.length} files, ${(bytes / 1000).toFixed(1)} KB`);
  }
}

/** https://publint.dev/rules and https://github.com/arethetypeswrong/arethetypeswrong.github.io */
export async function satisfyLinters(packed: Packed): Promise<void> {
  const project = await Project.make(packed, "linters", {
    publint: "0.3.25",
    "@arethetypeswrong/cli": "0.18.5",
  });
  for (const { name, path } of packed.tarballs) {
    // Suggestions are matters of taste.
    await succeeds(project.run("npx", "publint", path, "--strict", "--level", "warning"));
    if (name !== "create-lambda-rooms") await succeeds(project.run("npx", "attw", path));
  }
}

/** Everything but the upload. */
export async function canBePublished(packed: Packed): Promise<void> {
  const project = new Project(packed.folder);
  for (const { path } of packed.tarballs) {
    await succeeds(project.run("npm", "publish", path, "--dry-run", "--access", "public"));
  }
}
