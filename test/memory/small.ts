import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundleApplication } from "../../lib/application/bundle";
import { buildApplication } from "./build";

/** Inside of this project, so that applications find its packages. */
const folder = path.join(__dirname, "../../build");
mkdirSync(folder, { recursive: true });

function withFile<T>(source: string, use: (entry: string, place: string) => T): T {
  const place = mkdtempSync(path.join(folder, "memory-"));
  try {
    writeFileSync(path.join(place, "package.json"), "{}");
    const entry = path.join(place, "server.js");
    writeFileSync(entry, source);
    return use(entry, place);
  } finally {
    rmSync(place, { recursive: true });
  }
}

const HEAD = 'const io = require("socket.io")();\n';

/** The compiled bundle of an application, whose first line makes `io`. */
export const compiled = (source: string): string =>
  withFile(HEAD + source, (entry) => buildApplication(entry, true));

export const plain = (source: string): string =>
  withFile(HEAD + source, (entry) => buildApplication(entry, false));

/** What is said about it when it is built. */
export const notesOf = (source: string): readonly string[] =>
  withFile(HEAD + source, (entry, place) =>
    bundleApplication(entry, path.join(place, "out"), true).notes.map((note) =>
      note.replace(/^.*?(server\.js)/, "$1"),
    ),
  );
