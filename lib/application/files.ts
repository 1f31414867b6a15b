import { cpSync } from "node:fs";
import { join } from "node:path";
import { Application } from "../../src/names";
import { placeIn } from "./places";

/**
 * Copies files beside an application's source to where it will look for them. Today these are the files that the source
 * names by literal paths; folders, such as those of pages and views, belong here too.
 */
export function copyFiles(entry: string, root: string, directory: string): void {
  // Loaded here: the compiler takes a quarter of a second.
  const { findFiles } = require("../../checks/files") as typeof import("../../checks/files");
  for (const file of findFiles(entry)) {
    cpSync(file, join(directory, Application.files, placeIn(root, file)));
  }
}
