import { cpSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { ServedFile } from "../checks/site";
import { describeAmount } from "./application/amounts";
import { clientFolder } from "./application/client-folder";

/** Where Socket.IO's server serves the files of its client, for the version that is hosted. */
export function clientFiles(path: string): ServedFile[] {
  const folder = clientFolder();
  return readdirSync(folder).map((name) => ({
    url: `${path}/${name}`,
    file: join(folder, name),
  }));
}

/**
 * Copies the files to where an asset is made of them.
 *
 * @param isLinked as links: on the machine of their author, what is served is what is written there
 */
export function stageFiles(
  files: readonly ServedFile[],
  directory: string,
  isLinked = false,
): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const { url, file } of files) {
    const to = join(directory, url);
    mkdirSync(dirname(to), { recursive: true });
    if (isLinked) symlinkSync(resolve(file), to);
    else cpSync(file, to, { dereference: true });
  }
}

/** `12 files, 340 KB`. */
export function describeFiles(files: readonly ServedFile[]): string {
  const bytes = files.reduce((sum, { file }) => sum + statSync(file).size, 0);
  return describeAmount(files.length, bytes);
}
