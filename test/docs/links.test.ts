import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { slugOf } from "../../site/slug";

/** Links within the pages, and from them to other files of the project, lead to what exists, anchors included. */

const root = path.join(__dirname, "../..");

function withoutCode(text: string): string {
  return text
    .replace(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, "")
    .replace(/(`+)[^`]+?\1(?!`)/g, "code");
}

/** The anchors that GitHub gives a page: of equal headings, the second ends with -1. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const fenceless = text.replace(/^( *)(```+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, "");
  const headings = [...fenceless.matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = ""]) =>
    slugOf(heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")),
  );
  return new Set(
    headings.map((slug) => {
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times ? `${slug}-${times}` : slug;
    }),
  );
}

/** Targets of links and pictures, but for those of other sites. */
function linksOf(text: string): string[] {
  const found = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)];
  return found.map(([, target = ""]) => target).filter((target) => !/^[a-z]+:/i.test(target));
}

function problemOf(file: string, text: string, link: string): string | undefined {
  const [target = "", anchor] = link.split("#");
  const found = target ? path.join(path.dirname(file), decodeURI(target)) : file;
  if (!existsSync(path.join(root, found))) return `${file}: ${link} does not exist`;
  if (anchor === undefined || !found.endsWith(".md")) return undefined;
  const page = target ? readFileSync(path.join(root, found), "utf8") : text;
  return anchorsOf(page).has(anchor) ? undefined : `${file}: ${link} names no heading`;
}

function problemsOf(file: string, text: string): string[] {
  return linksOf(text).flatMap((link) => problemOf(file, text, link) ?? []);
}

const pages = execFileSync(
  "git",
  ["ls-files", "-co", "--exclude-standard", "*.md", ":!.changeset"],
  { cwd: root },
)
  .toString()
  .split("\n")
  .filter((file) => file && existsSync(path.join(root, file)));

test("the links of the pages lead to files and headings that exist", () => {
  expect(pages).toEqual(expect.arrayContaining(["README.md", "ARCHITECTURE.md", "docs/client.md"]));
  const problems = pages.flatMap((file) =>
    problemsOf(file, readFileSync(path.join(root, file), "utf8")),
  );
  expect(problems).toEqual([]);
});

test("the test sees links that lead nowhere", () => {
  const text =
    "# A `b`, c\n\n# A b c\n\n[x](#a-b-c) [y](#a-b-c-1) [z](#a-b-c-2) [u](none.md) `[v](none.md)` <https://x.org>\n";
  expect(problemsOf("README.md", `${text}\n\`\`\`\n# D\n[w](none.md)\n\`\`\`\n[d](#d)\n`)).toEqual([
    "README.md: #a-b-c-2 names no heading",
    "README.md: none.md does not exist",
    "README.md: #d names no heading",
  ]);
  expect(linksOf("[a](docs/client.md#x) ![b](docs/page.png)")).toEqual([
    "docs/client.md#x",
    "docs/page.png",
  ]);
});
