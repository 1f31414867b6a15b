import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

/** What the page is made of, by name. */
export const PAGE_FILES = ["index.html", "page.css", "icon.svg", "page.js"] as const;

/** Bundles the page with its library. @param folder of its sources */
export function buildPage(folder: string): Record<string, string> {
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  const [script] = buildSync({
    entryPoints: [join(folder, "main.tsx")],
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    // The project's own settings are for Node.
    tsconfigRaw: "{}",
  }).outputFiles;
  const [styles] = buildSync({
    ...{ entryPoints: [join(folder, "page.css")], bundle: true, write: false, minify: true },
    target: "es2022",
  }).outputFiles;
  return {
    "index.html": read("index.html"),
    "icon.svg": read("icon.svg"),
    "page.css": styles?.text ?? "",
    "page.js": script?.text ?? "",
  };
}
