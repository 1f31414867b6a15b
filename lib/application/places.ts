import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Application } from "../../src/names";

/**
 * Where an application's files are said to be once they run in a function: the tree of the application stands below the
 * folder `app` beside the bundle, so that `__dirname`, `import.meta.url` and stack traces name the same paths, and
 * files that are copied there are found.
 */
const FILES = Application.files;

/** The folder whose tree is kept: the nearest one with a `package.json`, else that of the entry. */
export function rootOf(entry: string): string {
  for (let at = dirname(entry); ; at = dirname(at)) {
    if (existsSync(join(at, "package.json"))) return at;
    if (at === dirname(at)) return dirname(entry);
  }
}

/** The path of a file below `app`, with `/`; a folder above the root is called `_`. */
export function placeIn(root: string, file: string): string {
  const path = relative(root, file).split(sep);
  return path.map((part) => (part === ".." ? "_" : part)).join("/");
}

/** The file whose place below `app` that is. */
export function fileAt(root: string, place: string): string {
  return join(root, ...place.split("/").map((part) => (part === "_" ? ".." : part)));
}

/** What esbuild puts for what a file asks about itself. Names that a file declares itself are left alone. */
export const PLACE_NAMES = {
  __dirname: "__roomsDirname",
  __filename: "__roomsFilename",
  "import.meta.dirname": "__roomsDirname",
  "import.meta.filename": "__roomsFilename",
  "import.meta.main": "__roomsIsMain",
  "import.meta.url": "__roomsUrl",
  "require.main": "__roomsMain",
};

const ASKS = /__dirname|__filename|import\s*\.\s*meta|require\s*\.\s*main/;
/** Comments and directives, which have to stay in front. */
const HEAD =
  /^(#!.*)?(?:\s+|\/\/.*|\/\*[\s\S]*?\*\/|(?:"use strict"|'use strict')(?=[^.\w([]|$)(?:[ \t]*;)?)*/;
/** Its calls would look for modules beside the bundle; a plain `require` is bundled. */
const OWN_REQUIRE =
  /\b(?:const|let|var)\s+require\s*=\s*(?:\w+\s*\.\s*)?createRequire\(\s*import\.meta\.(?:url|filename)\s*\)/g;

/**
 * The text of a file with what it asks about itself, on the line where its code begins; undefined if it asks nothing.
 *
 * @param isEntry whether it is the file that `node` would run
 */
export function withPlace(text: string, place: string, isEntry: boolean): string | undefined {
  if (!ASKS.test(text)) return undefined;
  const asking = text.replace(OWN_REQUIRE, "");
  const [head] = HEAD.exec(asking) as RegExpExecArray;
  const file = JSON.stringify(`/${place}`);
  const folder = JSON.stringify(place.includes("/") ? `/${dirname(place)}` : "");
  const variables = [
    `__roomsFilename=__roomsRoot+${file}`,
    `__roomsDirname=__roomsRoot+${folder}`,
    `__roomsUrl=__roomsUrlOf(__roomsFilename)`,
    `__roomsIsMain=${isEntry}`,
  ];
  const main = isEntry && /require\s*\.\s*main/.test(text) ? "__roomsMain=module;" : "";
  return `${head};var ${variables.join()};${main}${asking.slice(head.length)}`;
}

/** What the bundle has to begin with. */
export const PLACE_BANNERS = {
  cjs: `var __roomsMain,__roomsRoot=__dirname+"/${FILES}",__roomsUrlOf=p=>require("node:url").pathToFileURL(p).href;`,
  esm: [
    `import{createRequire as __roomsRequire}from"node:module";`,
    `import{pathToFileURL as __roomsPath}from"node:url";`,
    `const require=__roomsRequire(import.meta.url);`,
    `var __roomsMain,__roomsRoot=import.meta.dirname+"/${FILES}",__roomsUrlOf=p=>__roomsPath(p).href;`,
  ].join(""),
};

/** Whether Node takes a file for a module, by its name or else by what it holds. */
export function isModule(file: string, text: string): boolean {
  if (/\.[cm][jt]s$/.test(file)) return /\.m[jt]s$/.test(file);
  return /^\s*(import|export)\b(?!\s*\()/m.test(text);
}
