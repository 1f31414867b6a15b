import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * VitePress fails on a link to a page that does not exist. This finds links within the built site that lead to an
 * anchor, or a file, that does not exist.
 */
export function findDeadAnchors(folder: string, base: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = new Set(names.map((name) => name.replaceAll("\\", "/")));
  const pages = new Map<string, string>();
  for (const file of files)
    if (file.endsWith(".html")) pages.set(file, readFileSync(path.join(folder, file), "utf8"));
  const anchors = new Map(
    [...pages].map(([file, html]) => [
      file,
      new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)),
    ]),
  );
  const dead: string[] = [];
  for (const [file, html] of pages) {
    for (const [, href = ""] of html.matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
      if (/^[a-z]+:/i.test(href)) continue;
      const { pathname, hash } = new URL(href, `http://site${base}${file}`);
      const target = decodeURI(pathname.slice(base.length)) || "index.html";
      const found = [target, `${target}.html`, `${target}index.html`].find(
        (one) => files.has(one) && !target.endsWith("/index"),
      );
      const known = found && anchors.get(found);
      if (!found || (hash && known && !known.has(decodeURIComponent(hash.slice(1)))))
        dead.push(`${file}: ${href}`);
    }
  }
  return [...new Set(dead)];
}
