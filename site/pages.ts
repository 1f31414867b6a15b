import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The files of the project that are pages of the site, and the address of each. No file moves for the site. */

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");

/** Folders with pages; the site reads no other. */
const folders = ["docs", "examples", "site"];

const files: Record<string, string> = {
  "site/home.md": "index.md",
  "README.md": "start.md",
  "ARCHITECTURE.md": "architecture.md",
  "CONTRIBUTING.md": "contributing.md",
  "SECURITY.md": "security-policy.md",
  "CHANGELOG.md": "changelog.md",
  "test/README.md": "tests.md",
};

/** `docs/client.md` becomes `client.md`, a README the index of its folder; undefined where a file is not a page. */
export function addressOf(file: string): string | undefined {
  if (files[file]) return files[file];
  const inFolder = /^(?:docs|(?=examples\/)|site(?=\/api\/))\/?(.+\.md)$/.exec(file)?.[1];
  return inFolder?.replace(/(^|\/)README\.md$/, "$1index.md");
}

/** Globs of what lies beside the pages. VitePress looks for pages in the whole project otherwise. */
export function besidePages(): string[] {
  const others = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !folders.includes(entry.name))
    .map(({ name }) => (name === "test" ? "test/*/**" : `${name}/**`));
  return [...others, "site/.vitepress/**", "**/cdk.out/**"];
}

/** The first heading of a page, without marks. */
export function titleOf(file: string): string {
  const text = readFileSync(path.join(root, file), "utf8");
  return (
    /^# (.+)$/m
      .exec(text)?.[1]
      ?.replace(/[`*]/g, "")
      .replace(/^\d+\. /, "") ?? file
  );
}

/** The pages of a folder, in the order of their names. */
export function pagesOf(folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => `${folder}/${name}`);
}
