import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const root = path.join(__dirname, "../..");

/** A tarball as npm publishes it. */
export interface Tarball {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

/** All packages of this project, packed, in a folder outside of the clone where projects of strangers are made. */
export class Packed {
  private constructor(
    readonly folder: string,
    readonly tarballs: readonly Tarball[],
  ) {}

  static async make(): Promise<Packed> {
    const folder = mkdtempSync(path.join(tmpdir(), "lambda-rooms-project-"));
    const all = ["--workspaces", "--include-workspace-root"];
    const args = ["pack", ...all, "--json", "--silent", "--pack-destination", folder];
    const { stdout } = await promisify(execFile)("npm", args, { cwd: root, maxBuffer: 2 ** 24 });
    const packed: Packing[] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
    const tarballs = packed.map(({ name, filename, size, files }) => ({
      name,
      path: path.join(folder, filename.replace("@", "").replace("/", "-")),
      bytes: size,
      files: files.map(({ path }) => path),
    }));
    return new Packed(folder, tarballs);
  }

  /** What a project depends on to have them. */
  dependencies(...names: readonly string[]): Record<string, string> {
    const wanted = this.tarballs.filter(({ name }) => names.includes(name));
    return Object.fromEntries(wanted.map(({ name, path }) => [name, `file:${path}`]));
  }

  /** A folder for another project. */
  folderFor(name: string): string {
    const folder = path.join(this.folder, name);
    mkdirSync(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

interface Packing {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** The versions of this clone, which npm's cache has. */
export function versionsHere(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const file = path.join(root, "node_modules", name, "package.json");
      return [name, JSON.parse(readFileSync(file, "utf8")).version];
    }),
  );
}
