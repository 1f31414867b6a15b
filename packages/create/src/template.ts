import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Template, WrongUse } from "./options";

/** Beside `dist` in the package. */
const TEMPLATES = join(__dirname, "../templates");
/** npm leaves files of this name out of a package. */
const RENAMED: Readonly<Record<string, string>> = { _gitignore: ".gitignore" };
/** What a folder may hold that counts as empty. */
const HARMLESS = new Set([".git", ".DS_Store"]);

/**
 * Copies a template into a folder that is new or empty, with the folder's name as the package's.
 *
 * @returns the paths of the files
 */
export function writeTemplate(template: Exclude<Template, "existing">, folder: string): string[] {
  const found = existsSync(folder) ? readdirSync(folder).filter((one) => !HARMLESS.has(one)) : [];
  if (found.length > 0) {
    throw new WrongUse(
      `Cannot create: expected a new or empty folder, got ${folder} with ${found.slice(0, 3).join(", ")}`,
    );
  }
  const from = join(TEMPLATES, template);
  const files = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(from.length + 1));
  for (const file of files) {
    const to = join(folder, dirname(file), RENAMED[basename(file)] ?? basename(file));
    mkdirSync(dirname(to), { recursive: true });
    if (file === "package.json") writeManifest(join(from, file), to, basename(folder));
    else copyFileSync(join(from, file), to);
  }
  return files;
}

function writeManifest(from: string, to: string, name: string): void {
  const manifest = JSON.parse(readFileSync(from, "utf8"));
  // https://docs.npmjs.com/cli/v11/configuring-npm/package-json#name
  const valid = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+/, "");
  const text = JSON.stringify({ ...manifest, name: valid || "my-rooms" }, null, 2);
  writeFileSync(to, `${text}\n`);
}
