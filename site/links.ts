import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { addressOf, root } from "./pages";

/**
 * Links of the pages are relative to where their files lie in the project. Here a link to a page gets the page's
 * address, one to a data file of docs/ its download, and one to a source file its place in the repository.
 */

/** Of the project's address: GitHub's own variables in a workflow. Without it, links to source files are text. */
const { SITE_REPOSITORY, GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env;
const repository =
  SITE_REPOSITORY ?? (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`);

/** What the build copies into the site, because a page links to it. */
export const downloads = new Set<string>();

/** Where a link leads; undefined where it leads to a source file and the repository's address is unknown. */
export function targetOf(file: string, href: string): string | undefined {
  if (/^(?:[a-z]+:|#|\/)/i.test(href)) return href;
  const [target = "", anchor] = href.split("#");
  const found = path.posix.join(path.posix.dirname(file), decodeURI(target)).replace(/\/$/, "");
  const hash = anchor === undefined ? "" : `#${anchor}`;
  const page = [found, `${found}/README.md`]
    .map(addressOf)
    .find((one, n) => one && (n === 0 || existsSync(path.join(root, found, "README.md"))));
  // VitePress fails the build where the page does not exist.
  if (page) return `/${page}${hash}`;
  if (!existsSync(path.join(root, found)))
    throw new Error(`${file} links to ${href}, which does not exist`);
  if (/^docs\/.+\.(json|svg)$/.test(found)) {
    downloads.add(found);
    return `/${path.posix.basename(found)}`;
  }
  return repository && `${repository}/blob/HEAD/${found}${hash}`;
}

export function followLinks(md: MarkdownRenderer): void {
  md.core.ruler.push("links-of-the-project", ({ tokens, env }) => {
    const file = path.relative(root, env.realPath ?? env.path).replaceAll("\\", "/");
    const open: boolean[] = [];
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === "link_open") {
        const target = targetOf(file, token.attrGet("href") ?? "");
        if (target) token.attrSet("href", target);
        else Object.assign(token, { tag: "span", attrs: [], type: "source_open" });
        open.push(Boolean(target));
      }
      if (token.type === "link_close" && !open.pop())
        Object.assign(token, { tag: "span", type: "source_close" });
    }
  });
}

export function readDownload(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
