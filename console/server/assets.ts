import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildPage, PAGE_FILES } from "./build-page";

export interface Asset {
  readonly type: string;
  readonly body: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

let made: Readonly<Record<string, Asset>> | undefined;

/** The page's files by their paths; made when a browser asks first, in a clone of its sources. */
export function assets(): Readonly<Record<string, Asset>> {
  made ??= Object.fromEntries(
    Object.entries(readPage()).map(([name, body]) => {
      const type = TYPES[name.split(".").at(-1) ?? ""] ?? "text/plain";
      return [name === "index.html" ? "/" : `/${name}`, { type, body }];
    }),
  );
  return made;
}

function readPage(): Record<string, string> {
  if (typeof LAMBDA_ROOMS_PACKAGE === "undefined") return buildPage(join(__dirname, "../page"));
  const folder = join(__dirname, "console");
  return Object.fromEntries(
    PAGE_FILES.map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}
