import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file that the site serves from S3. */
export interface SiteFile {
  /** Where clients find it: `/js/app.js`. */
  readonly url: string;
  /** Absolute path on this machine. */
  readonly file: string;
}

/** Where Socket.IO's server serves the files of its client, for the version that is hosted. */
export function clientFiles(path: string): SiteFile[] {
  const folder = join(dirname(require.resolve("socket.io/package.json")), "client-dist");
  return readdirSync(folder).map((name) => ({
    url: `${path}/${name}`,
    file: join(folder, name),
  }));
}

/** Copies the files to where an asset is made of them. */
export function stageFiles(files: readonly SiteFile[], directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const { url, file } of files) {
    const to = join(directory, url);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to, { dereference: true });
  }
}

/** `12 files, 340 KB`. */
export function describeFiles(files: readonly SiteFile[]): string {
  const bytes = files.reduce((sum, { file }) => sum + statSync(file).size, 0);
  const size =
    bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${files.length} ${files.length === 1 ? "file" : "files"}, ${size}`;
}
