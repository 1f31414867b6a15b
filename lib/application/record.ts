import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { ApplicationOptions, BundledApplication } from "./bundle";
import type { PackedFiles } from "./files";

/** What a bundle was made of; with it, the next version is made without a synth. */
export interface ApplicationRecord extends Sources {
  readonly entry: string;
  readonly options: ApplicationOptions;
}

/** By absolute paths. */
export interface Sources {
  /** The application's own files; not those of packages. */
  readonly inputs: readonly string[];
  /** Files of packages. */
  readonly packages: readonly string[];
  /** Files and folders beside the source. */
  readonly packed: readonly string[];
}

const NAME = "application.json";

export function writeRecord(outdir: string, record: ApplicationRecord): void {
  writeFileSync(join(outdir, NAME), JSON.stringify(record));
}

/** The records of a cloud assembly: of each `Rooms` in it. */
export function readRecords(assembly: string): ApplicationRecord[] {
  const folders = readdirSync(assembly).filter((name) => name.startsWith("bundle."));
  const files = folders
    .map((name) => join(assembly, name, NAME))
    .filter((file) => existsSync(file));
  return files.map((file) => JSON.parse(readFileSync(file, "utf8")));
}

export function sourcesOf({
  inputs,
  packed,
}: Pick<BundledApplication, "inputs"> & Pick<PackedFiles, "packed">): Sources {
  // What the bundler makes up has no file.
  const files = inputs.map(({ path }) => path).filter((path) => existsSync(path));
  const isOfPackage = (path: string) => path.includes(`${sep}node_modules${sep}`);
  return {
    inputs: files.filter((path) => !isOfPackage(path)),
    packages: files.filter(isOfPackage),
    packed,
  };
}
