import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { placeIn } from "./places";

/** `require.resolve("./worker.js")`: in a bundle, Node would look beside that. */
const ASKED = /\brequire\s*\.\s*resolve\(\s*(["'])(\.{1,2}\/[^"'\n]+)\1\s*\)/g;
/** What Node tries: https://nodejs.org/api/modules.html#all-together */
const TRIED = ["", ".js", ".json", "/index.js", "/index.json"];

/** The text of a file with the places below `app` in place of its calls of `require.resolve` for files beside it. */
export function withResolved(text: string, path: string, root: string): string {
  return text.replace(ASKED, (call, _quote, specifier: string) => {
    const file = TRIED.map((end) => join(dirname(path), specifier + end)).find(isFile);
    // Node throws for what is not there.
    return file === undefined ? call : `(__roomsRoot+${JSON.stringify(`/${placeIn(root, file)}`)})`;
  });
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
